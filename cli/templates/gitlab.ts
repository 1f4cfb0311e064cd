/**
 * The pipeline for GitLab CI/CD. How the plan travels: the job of the merge request keeps it as an artifact; the job of
 * the merge asks the API for the merged merge request of its commit, the newest pipeline of that merge request, and the
 * artifact of its plan job. The API of merge requests is closed to job tokens, so this takes a project access token with
 * `read_api`; without one every apply is started by hand.
 * https://docs.gitlab.com/api/commits/#list-merge-requests-associated-with-a-commit
 * https://docs.gitlab.com/api/merge_requests/#list-merge-request-pipelines
 * https://docs.gitlab.com/api/job_artifacts/
 * https://docs.gitlab.com/ci/yaml/
 */
import { indent, type Pipeline, type PipelineInput } from "./ci.ts";

const JOBS = ".gitlab/rolecall.yml";

/** The jobs in a file of their own, and a `.gitlab-ci.yml` that includes it where there is none. */
export const gitlabPipeline = ({ secrets }: PipelineInput, hasOwnFile: boolean): Pipeline => ({
  files: [
    { path: JOBS, text: jobs(secrets) },
    ...(hasOwnFile ? [] : [{ path: ".gitlab-ci.yml", text: `include:\n  - local: ${JOBS}\n` }]),
  ],
  steps: [
    "npm install --save-dev rolecall, and commit package.json and package-lock.json",
    ...(hasOwnFile ? [`add to .gitlab-ci.yml:  include: [{ local: ${JOBS} }]`] : []),
    `Settings > CI/CD > Variables: add ${secrets.join(", ")}, masked, once for the environment rolecall-plan and once, protected, for rolecall`,
    "Settings > Access tokens: make a token with the scope read_api; add it as ROLECALL_GITLAB_TOKEN, masked, protected, for the environment rolecall",
    "Settings > Merge requests: turn on merged results pipelines, or allow only fast-forward merges, so that a plan is never older than main",
  ],
});

/** Writes the approved plan to rolecall-out/approved.json; says why where there is none. */
const FIND = `import { writeFile } from "node:fs/promises";
const { CI_API_V4_URL, CI_PROJECT_ID, CI_COMMIT_SHA, CI_COMMIT_BRANCH, ROLECALL_GITLAB_TOKEN } = process.env;
const get = async (path) => {
  const headers = { authorization: "Bearer " + ROLECALL_GITLAB_TOKEN };
  const answer = await fetch(CI_API_V4_URL + "/projects/" + CI_PROJECT_ID + path, { headers });
  if (!answer.ok) throw new Error("the GitLab API answered " + answer.status + " to " + path);
  return answer;
};
const list = async (path) => (await get(path)).json();
const find = async () => {
  if (!ROLECALL_GITLAB_TOKEN) return "ROLECALL_GITLAB_TOKEN is not set";
  const project = Number(CI_PROJECT_ID);
  const requests = await list("/repository/commits/" + CI_COMMIT_SHA + "/merge_requests");
  const merged = requests.find(
    (request) =>
      request.state === "merged" &&
      request.target_branch === CI_COMMIT_BRANCH &&
      request.source_project_id === project &&
      [request.merge_commit_sha, request.squash_commit_sha, request.sha].includes(CI_COMMIT_SHA),
  );
  if (merged === undefined) return "this commit is not the merge of a merge request of this project";
  const pipelines = await list("/merge_requests/" + merged.iid + "/pipelines");
  const newest = pipelines
    .filter((pipeline) => pipeline.source === "merge_request_event" && pipeline.project_id === project)
    .sort((a, b) => b.id - a.id)[0];
  if (newest === undefined) return "merge request " + merged.iid + " has no pipeline";
  const jobs = await list("/pipelines/" + newest.id + "/jobs?scope[]=success&per_page=100");
  const job = jobs.find((each) => each.name === "rolecall-plan");
  if (job === undefined) return "the newest pipeline of merge request " + merged.iid + " has no successful plan";
  const plan = await get("/jobs/" + job.id + "/artifacts/rolecall-out/plan.json");
  await writeFile("rolecall-out/approved.json", await plan.text(), { mode: 0o600 });
  return undefined;
};
const missing = await find().catch((error) => error.message);
if (missing !== undefined) console.log("No reviewed plan: " + missing + ".");`;

const jobs = (
  secrets: readonly string[],
): string => `# Rolecall: the plan in the merge request, apply of that very plan on merge.
#
# - A merge request shows its plan in the log of rolecall-plan and keeps it as an artifact ("Rolecall plan").
# - A merge applies the plan of the merged merge request. If there is none, or it no longer fits (somebody changed the
#   services or merged something else), nothing is applied: rolecall-apply plans again and ends with a warning, and a
#   person starts rolecall-apply-by-hand once the new plan has been read.
# - Merge requests from forks run in the fork and have no secrets: they plan on a snapshot of the default branch, which
#   is saved only if the variable ROLECALL_PUBLIC_SNAPSHOT is set to true.
#
# Plans and snapshots name users and rooms: whoever may see the pipelines of this project may see them.
# Needed in the environments rolecall-plan and rolecall: ${secrets.join(", ")}
# Needed in the environment rolecall: ROLECALL_GITLAB_TOKEN (project access token, scope read_api)

.rolecall:
  image: node:22
  needs: []
  before_script:
    - npm ci --ignore-scripts
    - mkdir -p rolecall-out

.rolecall-on-main:
  extends: .rolecall
  stage: deploy
  interruptible: false
  # One apply at a time; one that has begun is never cut short.
  resource_group: rolecall
  environment:
    name: rolecall

rolecall-plan:
  extends: .rolecall
  stage: test
  interruptible: true
  environment:
    name: rolecall-plan
    action: access
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == $CI_DEFAULT_BRANCH && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID
  script:
    - |
      code=0
      npx --no-install rolecall plan --detailed-exitcode --no-color --out rolecall-out/plan.json > rolecall-out/plan.txt || code=$?
      cat rolecall-out/plan.txt
      # 0: no changes, 2: changes. Both are plans; anything else stops here.
      if [ "$code" -ne 0 ] && [ "$code" -ne 2 ]; then exit "$code"; fi
  artifacts:
    when: always
    expose_as: Rolecall plan
    expire_in: 30 days
    paths:
      - rolecall-out/plan.txt
      - rolecall-out/plan.json

rolecall-plan-fork:
  extends: .rolecall
  stage: test
  interruptible: true
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID != $CI_MERGE_REQUEST_PROJECT_ID
  script:
    - npx --no-install rolecall validate
    - |
      url="$CI_API_V4_URL/projects/$CI_MERGE_REQUEST_PROJECT_ID/jobs/artifacts/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME/raw/rolecall-out/snapshot.json?job=rolecall-snapshot"
      if ! curl --fail --silent --location --output rolecall-out/snapshot.json "$url"; then
        echo "There is no snapshot that this pipeline may read; the files were checked, but there is no plan."
        exit 0
      fi
      code=0
      npx --no-install rolecall plan --snapshot rolecall-out/snapshot.json --detailed-exitcode --no-color || code=$?
      if [ "$code" -ne 0 ] && [ "$code" -ne 2 ]; then exit "$code"; fi

rolecall-apply:
  extends: .rolecall-on-main
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  allow_failure:
    exit_codes:
      - 10
  script:
    - |
      cat > rolecall-out/find.mjs <<'END'
${indent(FIND, 6)}
      END
      node rolecall-out/find.mjs
    - |
      code=10
      if [ -f rolecall-out/approved.json ]; then
        code=0
        npx --no-install rolecall apply rolecall-out/approved.json --no-color --lock-timeout 5m || code=$?
      fi
      # 10: there is no reviewed plan, or it no longer fits; nothing was sent.
      if [ "$code" -ne 10 ]; then exit "$code"; fi
      code=0
      npx --no-install rolecall plan --detailed-exitcode --no-color --out rolecall-out/plan.json > rolecall-out/plan.txt || code=$?
      cat rolecall-out/plan.txt
      if [ "$code" -eq 0 ]; then rm rolecall-out/plan.json; fi
      if [ "$code" -ne 2 ]; then exit "$code"; fi
      echo "Nothing was applied: no reviewed plan fits this commit. Read the plan above; to apply it, start rolecall-apply-by-hand."
      exit 10
  artifacts:
    when: always
    expire_in: 30 days
    paths:
      - rolecall-out/plan.txt
      - rolecall-out/plan.json

rolecall-apply-by-hand:
  extends: .rolecall-on-main
  needs:
    - job: rolecall-apply
      artifacts: true
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      when: manual
      allow_failure: true
  script:
    - |
      if [ ! -f rolecall-out/plan.json ]; then
        echo "There is nothing left to apply."
        exit 0
      fi
      npx --no-install rolecall apply rolecall-out/plan.json --no-color --lock-timeout 5m

rolecall-snapshot:
  extends: .rolecall-on-main
  needs:
    - job: rolecall-apply
      artifacts: false
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $ROLECALL_PUBLIC_SNAPSHOT == "true"
  allow_failure: true
  script:
    - npx --no-install rolecall plan --no-color --save-snapshot rolecall-out/snapshot.json > rolecall-out/plan.txt
  artifacts:
    expire_in: 90 days
    paths:
      - rolecall-out/snapshot.json
`;
