import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { gitlabPipeline } from "./gitlab.ts";
import { createRunner, type Runner } from "./pipeline-runner.ts";

const run = promisify(execFile);
let runner: Runner;
beforeEach(async () => {
  runner = await createRunner();
});
afterEach(() => runner.close());

type GitlabJob = {
  readonly extends?: string;
  readonly stage?: string;
  readonly rules?: readonly { readonly if: string; readonly when?: string; readonly allow_failure?: boolean }[];
  readonly script?: readonly string[];
  readonly needs?: unknown;
  readonly resource_group?: string;
  readonly interruptible?: boolean;
  readonly environment?: { readonly name: string; readonly action?: string };
  readonly allow_failure?: boolean | { readonly exit_codes: readonly number[] };
  readonly artifacts?: { readonly paths: readonly string[]; readonly when?: string };
};
const gitlab = (): { readonly [job: string]: GitlabJob } => {
  const [file] = gitlabPipeline({ secrets: ["LIVEBLOCKS_SECRET_KEY"] }, false).files;
  return parse(file?.text ?? "", { strict: true, uniqueKeys: true });
};
const scriptOf = (job: string): string => (gitlab()[job]?.script ?? []).join("\n");

describe("the pipeline for GitLab", () => {
  it("is a file of jobs, and a pipeline that includes it where there is none", () => {
    const { files } = gitlabPipeline({ secrets: ["X"] }, false);
    expect(files.map((file) => file.path)).toEqual([".gitlab/rolecall.yml", ".gitlab-ci.yml"]);
    expect(parse(files[1]?.text ?? "")).toEqual({ include: [{ local: ".gitlab/rolecall.yml" }] });
    expect(gitlabPipeline({ secrets: ["X"] }, true).files).toHaveLength(1);
  });

  it("plans on merge requests of the project and applies on the default branch only", () => {
    const jobs = gitlab();
    expect(jobs["rolecall-plan"]?.rules?.[0]?.if).toMatch(
      /"merge_request_event" .*SOURCE_PROJECT_ID == \$CI_MERGE_REQUEST_PROJECT_ID$/u,
    );
    expect(jobs["rolecall-plan-fork"]?.rules?.[0]?.if).toContain(
      "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID != $CI_MERGE_REQUEST_PROJECT_ID",
    );
    for (const name of ["rolecall-apply", "rolecall-apply-by-hand", "rolecall-snapshot"]) {
      expect(jobs[name]?.rules).toHaveLength(1);
      expect(jobs[name]?.rules?.[0]?.if).toContain(
        '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
      );
      expect(jobs[name]?.extends).toBe(".rolecall-on-main");
    }
  });

  it("never lets two applies overlap, and lets a person approve what nobody has reviewed", () => {
    const jobs = gitlab();
    expect(jobs[".rolecall-on-main"]).toMatchObject({
      resource_group: "rolecall",
      interruptible: false,
      environment: { name: "rolecall" },
    });
    expect(jobs["rolecall-apply"]?.allow_failure).toEqual({ exit_codes: [10] });
    expect(jobs["rolecall-apply-by-hand"]?.rules?.[0]).toMatchObject({ when: "manual", allow_failure: true });
    expect(scriptOf("rolecall-apply-by-hand")).not.toContain("--auto-approve");
  });

  it("names only jobs that exist, and stages that every pipeline has", () => {
    const jobs = gitlab();
    for (const job of Object.values(jobs)) {
      if (job.extends !== undefined) expect(jobs[job.extends]).toBeDefined();
      if (job.stage !== undefined) expect(["test", "deploy"]).toContain(job.stage);
      for (const need of (job.needs ?? []) as readonly { readonly job: string }[]) expect(jobs[need.job]).toBeDefined();
    }
  });

  it("has scripts that the shell can read", async () => {
    for (const job of Object.values(gitlab())) {
      for (const line of job.script ?? []) await run("bash", ["-n", "-c", line]);
    }
  });

  const merge = {
    iid: 7,
    state: "merged",
    target_branch: "main",
    source_project_id: 5,
    merge_commit_sha: "m1",
    squash_commit_sha: null,
    sha: "h1",
  };
  const apply = async (requests: readonly object[], npxCode: number, token = "canary") => {
    runner.answers.set("/projects/5/repository/commits/m1/merge_requests", requests);
    runner.answers.set("/projects/5/merge_requests/7/pipelines", [
      { id: 60, source: "merge_request_event", project_id: 5 },
      { id: 61, source: "merge_request_event", project_id: 5 },
      { id: 62, source: "push", project_id: 5 },
      { id: 63, source: "merge_request_event", project_id: 6 },
    ]);
    runner.answers.set("/projects/5/pipelines/61/jobs?scope[]=success&per_page=100", [
      { id: 90, name: "x" },
      { id: 91, name: "rolecall-plan" },
    ]);
    runner.answers.set("/projects/5/jobs/91/artifacts/rolecall-out/plan.json", { digest: "d" });
    const script = `mkdir -p rolecall-out\n${scriptOf("rolecall-apply")}`;
    const env = {
      CI_API_V4_URL: await runner.api(),
      CI_PROJECT_ID: "5",
      CI_COMMIT_SHA: "m1",
      CI_COMMIT_BRANCH: "main",
      ROLECALL_GITLAB_TOKEN: token,
    };
    const ended = await runner.shell(script, env, npxCode);
    expect(ended.out).not.toContain("canary");
    return { ...ended, called: await runner.npxCalls() };
  };

  it.each([
    ["a merge commit", merge],
    ["a squash", { ...merge, merge_commit_sha: null, squash_commit_sha: "m1" }],
    ["a fast-forward", { ...merge, merge_commit_sha: null, sha: "m1" }],
  ])("applies the plan of the merge request after %s", async (_, request) => {
    const ended = await apply([request], 0);
    expect(ended.code).toBe(0);
    expect(ended.called).toMatch(/^npx --no-install rolecall apply rolecall-out\/approved\.json [^\n]*\n$/u);
    expect(JSON.parse(await readFile(path.join(runner.dir, "rolecall-out/approved.json"), "utf8"))).toEqual({
      digest: "d",
    });
  });

  it.each([
    ["no merge request", [], "canary"],
    ["one from a fork", [{ ...merge, source_project_id: 6 }], "canary"],
    ["one into another branch", [{ ...merge, target_branch: "next" }], "canary"],
    ["one that is open", [{ ...merge, state: "opened" }], "canary"],
    ["no token", [merge], ""],
  ])("applies nothing with %s, plans again and waits for a person", async (_, requests, token) => {
    const ended = await apply(requests, 2, token);
    expect(ended.code).toBe(10);
    expect(ended.out).toContain("start rolecall-apply-by-hand");
    expect(ended.called).toMatch(/^npx --no-install rolecall plan /u);
  });
});
