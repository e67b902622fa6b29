/** The Prometheus that a board asks: the reader's choice, so that one board serves every installation. */
import { DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

export const datasource = { type: 'prometheus', uid: '$' + '{datasource}' };

/** Where nobody has chosen: the one that is provisioned beside the boards. */
const provisioned = { text: 'Prometheus', value: 'prometheus' };

export function datasourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus').current(provisioned);
}
