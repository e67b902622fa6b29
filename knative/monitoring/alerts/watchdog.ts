/** Always fires. Whoever hears no more of it knows that no other alert would arrive either. */
import type { Alerts } from '../alert.ts';

export const watchdog: Alerts = () => [
  {
    name: 'Watchdog',
    severity: 'watchdog',
    expression: 'vector(1)',
    holds: 0,
    summary: 'Alerts arrive',
    description: 'This one fires always. When it stays away, Prometheus, Alertmanager or the way from there is broken.',
    board: 'overview',
  },
];
