/** The one way of a CloudEvent through a function: POST /, 204 when it is done. */
import type { Variables } from '../environment.ts';
import { noContent } from './answer.ts';
import { expectCloudEvent } from './cloud-event.ts';
import type { EventContract } from './contract.ts';
import { type Exchange, openExchanges } from './exchange.ts';
import { type HostedFunction, hostedFunction, type Opener, type Resource } from './function.ts';
import { methodNotAllowed, noSuchRoute, servesMethod } from './route.ts';

const route = { method: 'POST', path: '/' } as const;

export function eventEndpoint<V extends Variables, R extends Resource>(
  contract: EventContract,
  opener: Opener<V, R>,
  handler: (input: R & { readonly requestId: string }) => Promise<void>,
): HostedFunction {
  return hostedFunction(contract, read => {
    const environment = read(opener.variables);
    return telemetry => {
      const resource = opener.open(environment, telemetry);
      const exchanges = openExchanges(telemetry, { paths: [route.path], event: contract.event });
      telemetry.metrics.expectRequests({ route: route.path, method: route.method });
      const respond = async ({ req, requestId, path }: Exchange) => {
        if (path !== route.path) throw noSuchRoute();
        if (!servesMethod(route, req.method)) throw methodNotAllowed([route]);
        await expectCloudEvent(req, contract.event);
        await handler({ ...resource, requestId });
        return noContent();
      };
      return {
        handle: (req, res) => exchanges.run(req, res, route.path, respond),
        expire: exchanges.expire,
        close: () => resource.close(),
      };
    };
  });
}
