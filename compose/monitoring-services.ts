/** Prometheus, Alertmanager and Grafana, with the rules and boards of production. Who may look is who may use this machine. */
import { images } from './images.ts';
import { metrics, monitoring, outside } from './networks.ts';
import { prometheusFile } from './prometheus.ts';
import { healthcheck, type Service } from './service.ts';

/** In Grafana's container; compose/grafana/dashboards names it, too. */
const boards = '/var/lib/grafana-boards';

export function monitoringServices(): Record<'prometheus' | 'alertmanager' | 'grafana', Service> {
  return {
    prometheus: {
      image: images.prometheus,
      command: [
        ...['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
        '--storage.tsdb.retention.time=35d',
      ],
      user: '65534:65534',
      networks: [outside, metrics, monitoring],
      ports: [`127.0.0.1:\${PROMETHEUS_PORT:-9090}:9090`],
      volumes: [
        `./${prometheusFile}:/etc/prometheus/prometheus.yml:ro`,
        './knative/monitoring/rules.yaml:/etc/prometheus/rules.yaml:ro',
        'prometheus:/prometheus',
      ],
      healthcheck: spider('http://127.0.0.1:9090/-/ready'),
      mem_limit: '512m',
      restart: 'unless-stopped',
    },
    alertmanager: {
      image: images.alertmanager,
      command: [
        '--config.file=/etc/alertmanager/alertmanager.yml',
        '--storage.path=/alertmanager',
        '--cluster.listen-address=',
      ],
      user: '65534:65534',
      networks: [outside, monitoring],
      ports: [`127.0.0.1:\${ALERTMANAGER_PORT:-9093}:9093`],
      volumes: ['./compose/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro', 'alertmanager:/alertmanager'],
      healthcheck: spider('http://127.0.0.1:9093/-/ready'),
      mem_limit: '128m',
      restart: 'unless-stopped',
    },
    grafana: {
      image: images.grafana,
      user: '472:0',
      environment: {
        GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${boards}/overview.json`,
        GF_AUTH_ANONYMOUS_ENABLED: 'true',
        GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
        GF_AUTH_DISABLE_LOGIN_FORM: 'true',
        GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
        GF_ANALYTICS_REPORTING_ENABLED: 'false',
        GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
        GF_PLUGINS_PREINSTALL_DISABLED: 'true',
      },
      networks: [outside, monitoring],
      ports: [`127.0.0.1:\${GRAFANA_PORT:-3000}:3000`],
      volumes: [
        // The other folders of provisioning are the image's own, and empty.
        './compose/grafana/datasources:/etc/grafana/provisioning/datasources:ro',
        './compose/grafana/dashboards:/etc/grafana/provisioning/dashboards:ro',
        `./knative/monitoring/boards:${boards}:ro`,
        'grafana:/var/lib/grafana',
      ],
      tmpfs: ['/tmp'],
      healthcheck: spider('http://127.0.0.1:3000/api/health'),
      mem_limit: '384m',
      restart: 'unless-stopped',
    },
  };
}

function spider(url: string) {
  return healthcheck('wget', '--quiet', '--spider', url);
}
