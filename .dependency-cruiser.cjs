/** Which room may know which: arrows go one way. */
const tests = '\\.test\\.ts$';

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
      to: { path: '^(functions|local|infra-cdktf|bench)/' },
    },
    {
      name: 'the-product-knows-no-local',
      severity: 'error',
      from: { path: '^functions/', pathNot: tests },
      to: { path: '^(local|infra-cdktf|bench)/' },
    },
    {
      name: 'activities-know-no-task',
      severity: 'error',
      from: { path: '^lib/activities/', pathNot: tests },
      to: { path: '^lib/tasks/' },
    },
    {
      name: 'cache-knows-no-task',
      severity: 'error',
      from: { path: '^lib/(cache|stores|http)/', pathNot: tests },
      to: { path: '^lib/(tasks|activities)/' },
    },
    {
      name: 'stores-know-no-room-above',
      severity: 'error',
      from: { path: '^lib/stores/', pathNot: tests },
      to: { path: '^lib/(cache|http)/' },
    },
    {
      name: 'http-knows-no-cache',
      severity: 'error',
      from: { path: '^lib/http/', pathNot: tests },
      to: { path: '^lib/cache/' },
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
      from: { path: '^(lib|functions)/', pathNot: ['^lib/stores/', '^lib/activities/activity-log\\.ts$', tests] },
      to: { path: 'node_modules/(pg|ioredis|mongodb)/' },
    },
    {
      name: 'no-test-in-the-product',
      severity: 'error',
      from: { pathNot: [tests, '^local/'] },
      to: { path: tests },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(dist|\\.local)/' },
    doNotFollow: { path: 'node_modules' },
  },
};
