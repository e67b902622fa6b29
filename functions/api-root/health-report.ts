/** What /health answers. */
import * as z from 'zod/mini';

const state = z.enum(['up', 'down', 'absent']);

export const healthReport = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  stores: z.object({ postgresql: state, redis: state, mongodb: state }),
});

export type HealthReport = Readonly<z.output<typeof healthReport>>;
