#!/usr/bin/env bash
# Runs a job by hand: starts it under a name of its own, shows its log, and ends as the job does.
#
#   knative/operations/run-job.sh NAME [ARGUMENT...]      run-job.sh rewind --to=2026-11-24T03:00:00Z
#
# NAME is a CronJob's, whose image and settings it has. Exits with 0 when the job is through, else with what its program
# exited with: 65 when it refused, 75 when a store was away. Interrupted, it leaves the job running. CONTEXT is kubectl's, the
# current one without.
set -euo pipefail

main() {
  [ $# -gt 0 ] || fail "say which job: run-job.sh NAME [ARGUMENT...]"
  local name=$1
  shift
  job=$name-$(date +%s)
  kube create job "$job" --from="cronjob/$name" --dry-run=client --output=json | with_arguments "$@" |
    kube create --filename=-
  trap 'fail "$job goes on: $(command_for logs --follow "job/$job"); to end it: $(command_for delete "job/$job")"' INT TERM
  watch
}

# Its log, attempt by attempt, until it has ended. What it is, is asked before its log is read: so nothing of that is missed.
watch() {
  local state shown=' ' unanswered=0
  SECONDS=0
  while :; do
    if state=$(kube get "job/$job" --output='jsonpath={range .status.conditions[?(@.status=="True")]}{.type} {end}'); then
      unanswered=0
    elif [ $((unanswered += 1)) -ge 30 ]; then
      fail "the cluster does not answer; $job goes on: $(command_for get "job/$job")"
    fi
    show_logs
    case $state in
      *Complete*) say "$job is through" && return ;;
      *"Failed "*) failed ;;
    esac
    if [ "$shown" = ' ' ] && [ "$SECONDS" -ge "${PATIENCE:-60}" ]; then
      say "$job has not started yet; why, tells $(command_for describe pod --selector="batch.kubernetes.io/job-name=$job")"
      SECONDS=-3600
    fi
    sleep "${PAUSE:-1}"
  done
}

# A log that breaks off is shown again from its beginning.
show_logs() {
  local pod
  for pod in $(pods '{range .items[?(@.status.phase!="Pending")]}{.metadata.name} {end}'); do
    [[ $shown == *" $pod "* ]] && continue
    if kube logs --follow "$pod"; then shown="$shown$pod "; fi
  done
}

failed() {
  local codes
  codes=$(pods '{.items[*].status.containerStatuses[0].state.terminated.exitCode}')
  local last=${codes##* }
  printf '%s\n' "$job has failed: ${last:+exit code $last, }its log says why" >&2
  exit "$([ "${last:-0}" = 0 ] && echo 1 || echo "$last")"
}

pods() {
  kube get pod --selector="batch.kubernetes.io/job-name=$job" --sort-by=.metadata.creationTimestamp \
    --output="jsonpath=$1" || true
}

# with_arguments ARGUMENT... < a job > the same with these arguments; without one, with its own
with_arguments() {
  [ $# -gt 0 ] || { cat && return; }
  local argument list=''
  for argument in "$@"; do
    argument=${argument//\\/\\\\}
    list="$list,\"${argument//\"/\\\"}\""
  done
  kube patch --local --filename=- --type=json --output=json \
    --patch="[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/args\",\"value\":[${list#,}]}]"
}

kube() { kubectl ${CONTEXT:+--context "$CONTEXT"} --namespace task-manager "$@"; }
command_for() { printf 'kubectl -n task-manager %s' "$*"; }
say() { printf '== %s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

main "$@"
