/** Who can reach whom: a network for each thing that is reached, joined by those who may. A store's has its name. */

/** The only one with a way out of it, and for published ports into it. */
export const outside = 'outside';
/** From the edge to what it serves. */
export const edge = 'edge';
/** From Prometheus to every /metrics. */
export const metrics = 'metrics';
/** Between Prometheus, Alertmanager and Grafana. */
export const monitoring = 'monitoring';
