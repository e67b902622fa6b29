/** Which room may know which: arrows go one way. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'functions-know-no-other-function',
      comment:
        'api-root serves what no other does, and knows the catalogue for that; the catalogue knows the contracts.',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: ['^functions/$1/', '^functions/catalogue\\.ts$'] },
    },
    {
      name: 'lib-knows-no-function',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(functions|local|knative|compose|images|infra-cdktf|delivery|bench)/' },
    },
    {
      name: 'the-product-knows-not-where-it-runs',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(local|knative|compose|images|infra-cdktf|delivery|bench)/' },
    },
    {
      name: 'the-infrastructure-is-known-by-its-data',
      comment: 'Its packages are there only for those who need them: who reads its data must not load them.',
      severity: 'error',
      from: { path: '^(local|knative|compose|delivery|bench|[^/]+\\.ts$)', pathNot: '^infra-cdktf/' },
      to: {
        path: '^infra-cdktf/',
        pathNot: '^infra-cdktf/(environments|addresses|names|logins|function-rights)\\.ts$',
      },
    },
    {
      name: 'what-is-backed-up-knows-no-backup',
      severity: 'error',
      from: { path: '^lib/(?!backup/)' },
      to: { path: '^lib/backup/' },
    },
    {
      name: 'nobody-knows-delivery',
      comment: 'It takes the whole to where it runs; a bench may measure how.',
      severity: 'error',
      from: { path: '^(functions|lib|local|knative|compose|images|infra-cdktf|[^/]+\\.ts$)', pathNot: '^delivery/' },
      to: { path: '^delivery/' },
    },
    {
      name: 'nobody-knows-bench',
      comment: 'It may know everybody: it measures and torments the whole.',
      severity: 'error',
      from: { path: '^(functions|lib|local|delivery|[^/]+\\.ts$)', pathNot: '^bench/' },
      to: { path: '^bench/' },
    },
    {
      name: 'activities-know-no-task',
      severity: 'error',
      from: { path: '^lib/activities/' },
      to: { path: '^lib/tasks/' },
    },
    {
      name: 'cache-knows-no-task',
      severity: 'error',
      from: { path: '^lib/(cache|stores|http)/' },
      to: { path: '^lib/(tasks|activities)/' },
    },
    {
      name: 'stores-know-no-room-above',
      severity: 'error',
      from: { path: '^lib/stores/' },
      to: { path: '^lib/(cache|http)/' },
    },
    {
      name: 'http-knows-no-cache',
      comment: 'The rate limit counts over the one connection to Redis that the cache uses, behind the same breaker.',
      severity: 'error',
      from: { path: '^lib/http/' },
      to: { path: '^lib/cache/', pathNot: '^lib/cache/process-redis\\.ts$' },
    },
    {
      name: 'observability-knows-nobody',
      severity: 'error',
      from: { path: '^lib/observability/' },
      to: { path: '^lib/(?!observability/)' },
    },
    {
      name: 'one-file-per-client',
      comment: 'A client library is known where its store is opened; the log beside it speaks MongoDB.',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: ['^lib/stores/', '^lib/activities/activity-log\\.ts$'] },
      to: { path: 'node_modules/(pg|ioredis|mongodb|@google-cloud/storage)/' },
    },
    {
      name: 'one-room-for-tracing',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: '^lib/observability/' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // Tests may know everybody; the parser does not know their `using`.
    exclude: { path: ['^(dist|\\.local)/', '\\.test\\.ts$', '/testing/'] },
    doNotFollow: { path: 'node_modules' },
  },
};
