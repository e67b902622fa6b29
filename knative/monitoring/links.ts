/** Where an alert's reader is sent. The hosts are an installation's own: everything that is generated has them from here. */
export type Board = 'overview' | 'functions' | 'cache' | 'activities' | 'scaling';

const runbooks = 'https://github.com/task-manager/task-manager/blob/main/docs/operations/alerts';
const dashboards = 'https://grafana.task-manager.example/d';

export function runbookUrl(alert: string): string {
  return `${runbooks}/${alert}.md`;
}

export function dashboardUrl(board: Board): string {
  return `${dashboards}/${board}`;
}
