/** What is installed beside our own, at its versions: upstream's files with our patches, and the installer's numbers. */
import { type GeneratedFile, generatedNotice, yamlFile } from '../../generated-file.ts';
import { versions } from './versions.ts';

const folder = 'knative/install';
const github = 'https://github.com';

/** Each is merged into upstream's ConfigMap of its name, whose `_example` and its checksum stay. */
const settings = ['autoscaler', 'deployment', 'domain', 'features', 'network', 'observability'];

const { gatewayApi, knativeServing, netKourier, nginxGatewayFabric } = versions;
const serving = `${github}/knative/serving/releases/download/knative-v${knativeServing}`;
const kourier = `${github}/knative-extensions/net-kourier/releases/download/knative-v${netKourier}`;

const addresses = {
  gateway_api_crds: `${github}/kubernetes-sigs/gateway-api/releases/download/v${gatewayApi}/standard-install.yaml`,
  knative_serving_crds: `${serving}/serving-crds.yaml`,
  nginx_gateway_fabric_crds: `https://raw.githubusercontent.com/nginx/nginx-gateway-fabric/v${nginxGatewayFabric}/deploy/crds.yaml`,
};

export function installFiles(): readonly GeneratedFile[] {
  return [
    yamlFile(`${folder}/knative-serving/kustomization.yaml`, {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [`${serving}/serving-core.yaml`, `${kourier}/kourier.yaml`],
      patches: [...settings.map(name => `config-${name}`), 'activator', 'kourier'].map(name => ({
        path: `${name}.yaml`,
      })),
    }),
    {
      path: `${folder}/versions.sh`,
      contents: `# ${generatedNotice}\n# shellcheck shell=bash disable=SC2034\n${shell()}`,
    },
  ];
}

function shell(): string {
  const named = Object.entries(versions).map(([name, version]) => [snakeCase(name), version]);
  return [...named, ...Object.entries(addresses)].map(([name, value]) => `${name}=${value}\n`).join('');
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
