/**
 * An overlay's ConfigMap, and its Secrets where it makes them, have a digest of what is in them in their names: with
 * another setting there is another revision. Kustomize has to be told where a Knative Service names them.
 */
const knativeService = { group: 'serving.knative.dev', kind: 'Service' };
const value = 'spec/template/spec/containers/env/valueFrom';

export const nameReferences = {
  nameReference: [
    { kind: 'ConfigMap', version: 'v1', fieldSpecs: [{ ...knativeService, path: `${value}/configMapKeyRef/name` }] },
    { kind: 'Secret', version: 'v1', fieldSpecs: [{ ...knativeService, path: `${value}/secretKeyRef/name` }] },
  ],
};
