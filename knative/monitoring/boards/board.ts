/** A board: rows of panels, and what the reader can choose. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Board as BoardName } from '../links.ts';
import { datasource, datasourceVariable } from './datasource.ts';
import type { PlacedPanel } from './panel.ts';

export interface Board {
  readonly uid: BoardName;
  readonly title: string;
  readonly description: string;
  /** Where the choice of functions comes from: the label's values of this metric. The queries call it `$function`. */
  readonly functions?: { readonly metric: string; readonly label: string };
  readonly rows: readonly Row[];
}

/** Its panels are alike in size, and go on below when the 24 columns are full. */
export interface Row {
  readonly title: string;
  readonly columns: number;
  readonly height: number;
  readonly panels: readonly PlacedPanel[];
}

const tag = 'task-manager';

export function board({ uid, title, description, functions, rows }: Board): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .timezone('utc')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .withVariable(datasourceVariable())
    .annotation(rollouts())
    .link(otherBoards());
  if (functions !== undefined) builder.withVariable(functionVariable(functions));
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) {
      panel.span(row.columns);
      panel.height(row.height);
      builder.withPanel(panel);
    }
  }
  const built = builder.build();
  for (const [index, panel] of (built.panels ?? []).entries()) panel.id = index + 1;
  return built;
}

/** A line where a version or a revision was first seen. */
function rollouts(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Rollouts')
    .datasource(datasource)
    .enable(true)
    .iconColor('blue')
    .expr(
      'group by (version, revision) (build_info) unless group by (version, revision) (last_over_time(build_info[1d] offset 1m))',
    )
    .titleFormat('{{revision}} {{version}}');
}

/** As the builder of links does not: beside the variables, where it is seen, and not in a menu. */
function otherBoards(): Builder<DashboardLink> {
  const { placement: _, ...link } = new DashboardLinkBuilder('Boards')
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .keepTime(true)
    .build();
  return { build: () => link };
}

/** `.+` for all, since `.*` would match the processes of others, which have no such label. */
function functionVariable({ metric, label }: { metric: string; label: string }): QueryVariableBuilder {
  return new QueryVariableBuilder('function')
    .label('Function')
    .datasource(datasource)
    .query({ query: `label_values(${metric}, ${label})`, refId: 'function' })
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: 'All', value: '$__all' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}
