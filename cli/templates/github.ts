/**
 * The pipeline for GitHub Actions. How the plan travels: the run of the pull request keeps it as an artifact; the run of
 * the merge finds the merged pull request of its commit, the successful run of that pull request's last commit, and
 * the artifact of that run (`actions: read`, `pull-requests: read`). `apply` then plans again and refuses
 * unless both are the same, so that a plan from anywhere else can do no harm.
 * https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit
 * https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
import { indent, type Pipeline, type PipelineInput } from "./ci.ts";

const WORKFLOW = ".github/workflows/rolecall.yml";

/** One workflow file. */
export const githubPipeline = ({ secrets }: PipelineInput): Pipeline => ({
  files: [{ path: WORKFLOW, text: workflow(secrets) }],
  steps: [
    "npm install --save-dev rolecall, and commit package.json and package-lock.json",
    `Settings > Secrets and variables > Actions: add ${secrets.join(", ")}`,
    'Settings > Branches: for main, require the check "plan" and "Require branches to be up to date before merging"',
    'Settings > Environments: limit "rolecall" to the branch main; add reviewers if each apply shall wait for a person',
  ],
});

const value = (expression: string): string => `\${{ ${expression} }}`;

const secretLines = (secrets: readonly string[]): string =>
  secrets.map((name) => `${name}: ${value(`secrets.${name}`)}`).join("\n");

const SETUP = `- uses: actions/checkout@v6
  with:
    persist-credentials: false
- uses: actions/setup-node@v6
  with:
    node-version: 22
    package-manager-cache: false
- run: npm ci --ignore-scripts
- run: rm -rf "$OUT" && mkdir -m 700 "$OUT"`;

/** Text in a fence that is longer than any run of backticks in it, cut below the size that a summary may have. */
const SUMMARY = String.raw`summary() {
  head -c 900000 "$2" > "$2.cut"
  tick=$(printf '\140')
  longest=$({ grep -oE "$tick+" "$2.cut" || true; } | awk '{ if (length > n) n = length } END { print n + 3 }')
  fence=$(printf '%*s' "$longest" '' | tr ' ' "$tick")
  { echo "### $1"; echo; echo "$fence"text; cat "$2.cut"; echo; echo "$fence"; } >> "$GITHUB_STEP_SUMMARY"
}`;

/** Asks the API; what is found goes to the step's outputs as `run` and `name`. */
const ASK = `import { appendFileSync } from "node:fs";
const { CHOSEN, GH_TOKEN, GITHUB_API_URL, GITHUB_OUTPUT, GITHUB_REPOSITORY, GITHUB_SHA } = process.env;
const get = async (path) => {
  const headers = { accept: "application/vnd.github+json", authorization: "Bearer " + GH_TOKEN };
  const answer = await fetch(GITHUB_API_URL + "/repos/" + GITHUB_REPOSITORY + path, { headers });
  if (!answer.ok) throw new Error("the GitHub API answered " + answer.status + " to " + path);
  return answer.json();
};
const own = (repository) => repository?.full_name === GITHUB_REPOSITORY;
const found = (run, name) => appendFileSync(GITHUB_OUTPUT, "run=" + run + "\\nname=" + name + "\\n");`;

const FIND_PLAN = `${ASK}
const holds = async (run, name) => {
  const { artifacts } = await get("/actions/runs/" + run.id + "/artifacts?name=" + name);
  return artifacts.some((artifact) => artifact.name === name && artifact.expired === false);
};
const chosen = async () => {
  if (!/^[0-9]+$/.test(CHOSEN)) throw new Error("the run must be a number");
  const run = await get("/actions/runs/" + CHOSEN);
  const trusted = run.event === "push" && run.head_branch === "main" && run.path === "${WORKFLOW}" && own(run.head_repository);
  if (!trusted) throw new Error("run " + CHOSEN + " is not a run of this workflow on main");
  if (!(await holds(run, "rolecall-plan-main"))) throw new Error("run " + CHOSEN + " keeps no plan");
  found(run.id, "rolecall-plan-main");
};
const reviewed = async () => {
  const requests = await get("/commits/" + GITHUB_SHA + "/pulls");
  const merged = requests.find(
    (request) =>
      request.merged_at && request.merge_commit_sha === GITHUB_SHA && request.base.ref === "main" && own(request.head.repo),
  );
  if (merged === undefined) return "this commit is not the merge of a pull request of this repository";
  const query = "?event=pull_request&status=success&head_sha=" + merged.head.sha;
  const { workflow_runs: runs } = await get("/actions/workflows/rolecall.yml/runs" + query);
  for (const run of runs) {
    if (!own(run.head_repository) || !(await holds(run, "rolecall-plan"))) continue;
    found(run.id, "rolecall-plan");
    return undefined;
  }
  return "no successful run of pull request " + merged.number + " keeps a plan of its last commit";
};
if (CHOSEN) await chosen();
else {
  const missing = await reviewed();
  if (missing !== undefined) console.log("::notice::There is no reviewed plan: " + missing + ".");
}`;

const FIND_SNAPSHOT = `${ASK}
const { artifacts } = await get("/actions/artifacts?name=rolecall-snapshot&per_page=100");
const newest = artifacts
  .filter((artifact) => artifact.name === "rolecall-snapshot" && artifact.expired === false)
  .filter(({ workflow_run: run }) => run.head_branch === "main" && run.head_repository_id === run.repository_id)
  .sort((a, b) => b.id - a.id)[0];
if (newest === undefined) console.log("::notice::main has saved no snapshot; the files were checked, but there is no plan.");
else found(newest.workflow_run.id, "rolecall-snapshot");`;

const OWN_PULL_REQUEST =
  "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]'";

const workflow = (
  secrets: readonly string[],
): string => `# Rolecall: the plan in the pull request, apply of that very plan on merge.
#
# - A pull request shows its plan in the summary of the run and keeps it as an artifact.
# - A merge applies the plan of the merged pull request. If there is none, or it no longer fits (somebody changed the
#   services or merged something else), nothing is applied: the run plans again and fails, and a person starts this
#   workflow by hand with the number of that run once the new plan has been read.
# - Pull requests from forks get no secrets: they plan on a snapshot that main has saved.
#
# Plans and snapshots name users and rooms. In a public repository everybody can read summaries and artifacts; there a
# snapshot is saved only if the repository variable ROLECALL_PUBLIC_SNAPSHOT is set to true.
# Whoever may push a branch here can use the secrets of the plan job: they can change this file in their branch.
name: rolecall

on:
  pull_request:
    branches: [main]
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      run:
        description: Number of the run on main whose plan you have read and approve (the last part of its address)
        required: true
        type: string

permissions:
  contents: read

defaults:
  run:
    shell: bash

env:
  OUT: /tmp/rolecall

jobs:
  plan:
    name: plan
    if: github.event_name == 'pull_request' && ${OWN_PULL_REQUEST}
    runs-on: ubuntu-latest
    timeout-minutes: 20
    concurrency:
      group: rolecall-plan-${value("github.event.pull_request.number")}
      cancel-in-progress: true
    steps:
${indent(SETUP, 6)}
      - name: Plan
        env:
${indent(secretLines(secrets), 10)}
        run: |
${indent(SUMMARY, 10)}
          code=0
          npx --no-install rolecall plan --detailed-exitcode --no-color --out "$OUT/plan.json" > "$OUT/plan.txt" || code=$?
          summary "Rolecall plan" "$OUT/plan.txt"
          # 0: no changes, 2: changes. Both are plans; anything else stops here.
          if [ "$code" -ne 0 ] && [ "$code" -ne 2 ]; then exit "$code"; fi
      - uses: actions/upload-artifact@v6
        with:
          name: rolecall-plan
          path: |
            /tmp/rolecall/plan.json
            /tmp/rolecall/plan.txt
          if-no-files-found: error
          overwrite: true
          retention-days: 30

  plan-fork:
    name: plan (fork)
    if: github.event_name == 'pull_request' && !(${OWN_PULL_REQUEST})
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
      actions: read
    steps:
${indent(SETUP, 6)}
      - run: npx --no-install rolecall validate
      - name: Find the snapshot of main
        id: find
        env:
          GH_TOKEN: ${value("github.token")}
        run: |
          cat > "$OUT/find.mjs" <<'END'
${indent(FIND_SNAPSHOT, 10)}
          END
          node "$OUT/find.mjs"
      - uses: actions/download-artifact@v7
        if: steps.find.outputs.run != ''
        with:
          name: rolecall-snapshot
          run-id: ${value("steps.find.outputs.run")}
          github-token: ${value("github.token")}
          path: /tmp/rolecall/snapshot
      - name: Plan on the snapshot
        if: steps.find.outputs.run != ''
        run: |
${indent(SUMMARY, 10)}
          code=0
          npx --no-install rolecall plan --snapshot "$OUT/snapshot/snapshot.json" --detailed-exitcode --no-color > "$OUT/plan.txt" || code=$?
          summary "Rolecall plan on a snapshot" "$OUT/plan.txt"
          if [ "$code" -ne 0 ] && [ "$code" -ne 2 ]; then exit "$code"; fi

  apply:
    name: apply
    if: github.event_name != 'pull_request' && github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    environment: rolecall
    # One apply at a time; one that has begun is never cut short.
    concurrency:
      group: rolecall-apply
      cancel-in-progress: false
    permissions:
      contents: read
      actions: read
      pull-requests: read
    steps:
${indent(SETUP, 6)}
      - name: Find the approved plan
        id: find
        env:
          GH_TOKEN: ${value("github.token")}
          CHOSEN: ${value("inputs.run")}
        run: |
          cat > "$OUT/find.mjs" <<'END'
${indent(FIND_PLAN, 10)}
          END
          node "$OUT/find.mjs"
      - uses: actions/download-artifact@v7
        if: steps.find.outputs.run != ''
        with:
          name: ${value("steps.find.outputs.name")}
          run-id: ${value("steps.find.outputs.run")}
          github-token: ${value("github.token")}
          path: /tmp/rolecall/approved
      - name: Apply it
        id: apply
        if: steps.find.outputs.run != ''
        env:
          EVENT: ${value("github.event_name")}
${indent(secretLines(secrets), 10)}
        run: |
${indent(SUMMARY, 10)}
          code=0
          npx --no-install rolecall apply "$OUT/approved/plan.json" --no-color --lock-timeout 5m > "$OUT/apply.txt" || code=$?
          summary "Rolecall apply" "$OUT/apply.txt"
          # 10: the plan is not what was reviewed, and nothing was sent. After a merge the next step plans again.
          if [ "$code" -eq 10 ] && [ "$EVENT" = push ]; then
            echo "stale=true" >> "$GITHUB_OUTPUT"
            exit 0
          fi
          exit "$code"
      - name: Plan again, for approval by hand
        id: again
        if: github.event_name == 'push' && (steps.find.outputs.run == '' || steps.apply.outputs.stale == 'true')
        env:
${indent(secretLines(secrets), 10)}
        run: |
${indent(SUMMARY, 10)}
          code=0
          npx --no-install rolecall plan --detailed-exitcode --no-color --out "$OUT/plan.json" > "$OUT/plan.txt" || code=$?
          summary "Rolecall plan, not yet applied" "$OUT/plan.txt"
          if [ "$code" -eq 2 ]; then echo "changes=true" >> "$GITHUB_OUTPUT"; exit 0; fi
          exit "$code"
      - uses: actions/upload-artifact@v6
        if: steps.again.outputs.changes == 'true'
        with:
          name: rolecall-plan-main
          path: |
            /tmp/rolecall/plan.json
            /tmp/rolecall/plan.txt
          if-no-files-found: error
          overwrite: true
          retention-days: 30
      - name: Save a snapshot for pull requests from forks
        if: github.event.repository.private || vars.ROLECALL_PUBLIC_SNAPSHOT == 'true'
        continue-on-error: true
        env:
${indent(secretLines(secrets), 10)}
        run: npx --no-install rolecall plan --no-color --save-snapshot "$OUT/snapshot.json" > /dev/null
      - uses: actions/upload-artifact@v6
        if: github.event.repository.private || vars.ROLECALL_PUBLIC_SNAPSHOT == 'true'
        with:
          name: rolecall-snapshot
          path: /tmp/rolecall/snapshot.json
          if-no-files-found: ignore
          overwrite: true
          retention-days: 90
      - name: Nothing was applied
        if: steps.again.outputs.changes == 'true'
        env:
          RUN: ${value("github.run_id")}
        run: |
          echo "::error::Nothing was applied: no reviewed plan fits this commit. Read the plan in the summary; to apply it, run this workflow by hand on main with run $RUN."
          exit 1
`;
