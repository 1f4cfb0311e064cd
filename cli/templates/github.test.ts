import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { githubPipeline } from "./github.ts";
import { createRunner, type Runner } from "./pipeline-runner.ts";

const run = promisify(execFile);
let runner: Runner;
beforeEach(async () => {
  runner = await createRunner();
});
afterEach(() => runner.close());

type Step = {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: { readonly [name: string]: string };
  readonly with?: { readonly [name: string]: unknown };
  readonly if?: string;
};
type Job = {
  readonly if: string;
  readonly environment?: string;
  readonly permissions?: { readonly [scope: string]: string };
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly steps: readonly Step[];
};

const github = () => {
  const [file] = githubPipeline({ secrets: ["LIVEBLOCKS_SECRET_KEY", "DAILY_API_KEY"] }).files;
  const workflow = parse(file?.text ?? "", { strict: true, uniqueKeys: true });
  return {
    file,
    workflow,
    jobs: workflow.jobs as { readonly plan: Job; readonly "plan-fork": Job; readonly apply: Job },
  };
};
const stepOf = (job: Job, name: string): Step => {
  const found = job.steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};
const usesSecrets = (step: Step): boolean => JSON.stringify(step).includes("secrets.");

const secretOf = (name: string): string => ["$", `{{ secrets.${name} }}`].join("");

describe("the workflow for GitHub", () => {
  it("starts on pull requests, on main and by hand, and on nothing else", () => {
    const { file, workflow } = github();
    expect(file?.path).toBe(".github/workflows/rolecall.yml");
    expect(workflow.on).toEqual({
      pull_request: { branches: ["main"] },
      push: { branches: ["main"] },
      workflow_dispatch: { inputs: { run: { description: expect.any(String), required: true, type: "string" } } },
    });
    expect(file?.text).not.toContain("pull_request_target");
  });

  it("has no permission beyond reading", () => {
    const { workflow, jobs } = github();
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(jobs.plan.permissions).toBeUndefined();
    expect(jobs["plan-fork"].permissions).toEqual({ contents: "read", actions: "read" });
    expect(jobs.apply.permissions).toEqual({ contents: "read", actions: "read", "pull-requests": "read" });
  });

  it("gives secrets only to the steps that call Rolecall, and none to forks", () => {
    const { jobs } = github();
    expect(jobs.plan.if).toContain("head.repo.full_name == github.repository");
    expect(jobs["plan-fork"].if).toContain("!(github.event.pull_request.head.repo.full_name == github.repository");
    expect(JSON.stringify(jobs["plan-fork"])).not.toContain("secrets.");
    for (const step of [...jobs.plan.steps, ...jobs.apply.steps]) {
      if (usesSecrets(step)) expect(step.run).toContain("npx --no-install rolecall");
    }
    expect(stepOf(jobs.plan, "Plan").env).toEqual({
      LIVEBLOCKS_SECRET_KEY: secretOf("LIVEBLOCKS_SECRET_KEY"),
      DAILY_API_KEY: secretOf("DAILY_API_KEY"),
    });
  });

  it("never lets two applies overlap nor cuts one short", () => {
    const { jobs } = github();
    expect(jobs.apply.concurrency).toEqual({ group: "rolecall-apply", "cancel-in-progress": false });
    expect(jobs.apply.environment).toBe("rolecall");
    expect(jobs.apply.if).toContain("github.ref == 'refs/heads/main'");
  });

  it("pins every action to a major version, keeps no credentials of git, and runs no scripts of packages", () => {
    const { jobs } = github();
    for (const job of Object.values(jobs)) {
      for (const step of job.steps) if (step.uses !== undefined) expect(step.uses).toMatch(/^actions\/[a-z-]+@v\d+$/u);
      expect(job.steps[0]?.with).toEqual({ "persist-credentials": false });
      expect(job.steps.some((step) => step.run === "npm ci --ignore-scripts")).toBe(true);
    }
  });

  it("puts nothing that a pull request can choose into a script", () => {
    const { jobs } = github();
    for (const job of Object.values(jobs)) {
      for (const step of job.steps) expect(step.run ?? "").not.toContain("${{");
    }
  });

  it("has scripts that the shell can read", async () => {
    const { jobs } = github();
    for (const job of Object.values(jobs)) {
      for (const step of job.steps) if (step.run !== undefined) await run("bash", ["-n", "-c", step.run]);
    }
  });
});

describe("the job summary on GitHub", () => {
  it.each([
    ["plain", "No changes.\n"],
    ["fences", "a\n```\n<img src=x>\n````````\n@team\n"],
    ["one long run", "`".repeat(5000)],
    ["no line break at the end", "``` x"],
    ["empty", ""],
  ])("fences the text so that nothing in it is markup: %s", async (_, plan) => {
    await writeFile(path.join(runner.dir, "text"), plan);
    const script = stepOf(github().jobs.plan, "Plan").run ?? "";
    const summary = script.slice(0, script.indexOf("code=0"));
    const file = path.join(runner.dir, "summary.md");
    const { code, out } = await runner.shell(`${summary}\nsummary "Rolecall plan" "${runner.dir}/text"`, {
      GITHUB_STEP_SUMMARY: file,
    });
    expect([code, out]).toEqual([0, ""]);
    const lines = (await readFile(file, "utf8")).split("\n");
    const fence = /^(`{3,})text$/u.exec(lines[2] ?? "")?.[1] ?? "";
    expect(lines[0]).toBe("### Rolecall plan");
    expect(plan).not.toContain(fence);
    expect(lines.slice(-2)).toEqual([fence, ""]);
    expect(lines.filter((line) => line === fence)).toHaveLength(1);
  });

  it("stays below the size that GitHub takes", async () => {
    await writeFile(path.join(runner.dir, "text"), "é".repeat(800_000));
    const script = stepOf(github().jobs.plan, "Plan").run ?? "";
    const file = path.join(runner.dir, "summary.md");
    const call = `${script.slice(0, script.indexOf("code=0"))}\nsummary Title "${runner.dir}/text"`;
    expect((await runner.shell(call, { GITHUB_STEP_SUMMARY: file })).code).toBe(0);
    expect((await readFile(file)).length).toBeLessThan(1024 * 1024);
  });
});

describe("exit codes on GitHub", () => {
  const planStep = (code: number) =>
    runner.shell(
      stepOf(github().jobs.plan, "Plan").run ?? "",
      { OUT: runner.dir, GITHUB_STEP_SUMMARY: path.join(runner.dir, "summary.md") },
      code,
    );

  it.each([
    [0, 0],
    [2, 0],
    [1, 1],
    [11, 11],
  ])("a plan that ends with %i ends its step with %i, and is shown in every case", async (code, expected) => {
    expect((await planStep(code)).code).toBe(expected);
    expect(await readFile(path.join(runner.dir, "summary.md"), "utf8")).toContain("the plan");
  });

  const applyStep = async (code: number, event: string) => {
    const output = path.join(runner.dir, "output");
    await writeFile(output, "");
    const env = {
      OUT: runner.dir,
      EVENT: event,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: path.join(runner.dir, "summary.md"),
    };
    const ended = await runner.shell(stepOf(github().jobs.apply, "Apply it").run ?? "", env, code);
    return {
      code: ended.code,
      output: await readFile(output, "utf8"),
      called: await runner.npxCalls(),
    };
  };

  it("after a merge a stale plan leads to a new plan, other failures stay failures", async () => {
    expect(await applyStep(10, "push")).toMatchObject({ code: 0, output: "stale=true\n" });
    expect(await applyStep(13, "push")).toMatchObject({ code: 13, output: "" });
    expect(await applyStep(0, "push")).toMatchObject({ code: 0, output: "" });
  });

  it("by hand a stale plan is a failure", async () => {
    const ended = await applyStep(10, "workflow_dispatch");
    expect(ended).toMatchObject({ code: 10, output: "" });
    expect(ended.called).toContain(`rolecall apply ${runner.dir}/approved/plan.json`);
    expect(ended.called).not.toContain("--auto-approve");
  });
});

describe("finding the reviewed plan on GitHub", () => {
  const repo = { full_name: "acme/rooms" };
  const merged = {
    number: 7,
    merged_at: "2026-11-21T10:00:00Z",
    merge_commit_sha: "m1",
    base: { ref: "main" },
    head: { sha: "h1", repo },
  };
  const runs = "/repos/acme/rooms/actions/workflows/rolecall.yml/runs?event=pull_request&status=success&head_sha=h1";
  const artifacts = (id: number, name: string, expired = false): void => {
    runner.answers.set(`/repos/acme/rooms/actions/runs/${id}/artifacts?name=${name}`, {
      artifacts: [{ name, expired }],
    });
  };

  const find = async (job: "apply" | "plan-fork", chosen = "") => {
    const step = stepOf(github().jobs[job], job === "apply" ? "Find the approved plan" : "Find the snapshot of main");
    const output = path.join(runner.dir, "output");
    await writeFile(output, "");
    const ended = await runner.shell(step.run ?? "", {
      OUT: runner.dir,
      CHOSEN: chosen,
      GH_TOKEN: "canary",
      GITHUB_API_URL: await runner.api(),
      GITHUB_OUTPUT: output,
      GITHUB_REPOSITORY: "acme/rooms",
      GITHUB_SHA: "m1",
    });
    expect(ended.out).not.toContain("canary");
    return { ...ended, output: await readFile(output, "utf8") };
  };

  it("takes the newest successful run of the merged pull request's last commit that keeps a plan", async () => {
    runner.answers.set("/repos/acme/rooms/commits/m1/pulls", [{ ...merged, merge_commit_sha: "other" }, merged]);
    runner.answers.set(runs, {
      workflow_runs: [
        { id: 31, head_repository: repo },
        { id: 30, head_repository: repo },
      ],
    });
    artifacts(31, "rolecall-plan", true);
    artifacts(30, "rolecall-plan");
    expect(await find("apply")).toMatchObject({ code: 0, output: "run=30\nname=rolecall-plan\n" });
    expect(runner.asked.every((request) => request.authorization === "Bearer canary")).toBe(true);
  });

  it.each([
    ["a commit that was pushed without a pull request", []],
    ["a pull request that is still open", [{ ...merged, merged_at: null }]],
    ["a pull request into another branch", [{ ...merged, base: { ref: "next" } }]],
    ["a pull request from a fork", [{ ...merged, head: { sha: "h1", repo: { full_name: "mallory/rooms" } } }]],
    ["a pull request from a fork that is gone", [{ ...merged, head: { sha: "h1", repo: null } }]],
  ])("finds none for %s", async (_, pulls) => {
    runner.answers.set("/repos/acme/rooms/commits/m1/pulls", pulls);
    runner.answers.set(runs, { workflow_runs: [{ id: 31, head_repository: repo }] });
    artifacts(31, "rolecall-plan");
    const ended = await find("apply");
    expect(ended).toMatchObject({ code: 0, output: "" });
    expect(ended.out).toContain("There is no reviewed plan");
  });

  it("does not take a run of a fork with the same commit", async () => {
    runner.answers.set("/repos/acme/rooms/commits/m1/pulls", [merged]);
    runner.answers.set(runs, { workflow_runs: [{ id: 31, head_repository: { full_name: "mallory/rooms" } }] });
    artifacts(31, "rolecall-plan");
    expect(await find("apply")).toMatchObject({ code: 0, output: "" });
  });

  it("fails, and applies nothing, when the API does not answer", async () => {
    const ended = await find("apply");
    expect(ended).toMatchObject({ code: 1, output: "" });
    expect(ended.out).toContain("the GitHub API answered 404");
  });

  it("by hand takes a plan that this workflow made on main, and no other", async () => {
    const good = {
      id: 40,
      event: "push",
      head_branch: "main",
      path: ".github/workflows/rolecall.yml",
      head_repository: repo,
    };
    runner.answers.set("/repos/acme/rooms/actions/runs/40", good);
    artifacts(40, "rolecall-plan-main");
    expect(await find("apply", "40")).toMatchObject({ code: 0, output: "run=40\nname=rolecall-plan-main\n" });
    for (const change of [
      { event: "pull_request" },
      { head_branch: "x" },
      { path: ".github/workflows/x.yml" },
      { head_repository: null },
    ]) {
      runner.answers.set("/repos/acme/rooms/actions/runs/40", { ...good, ...change });
      expect(await find("apply", "40")).toMatchObject({ code: 1, output: "" });
    }
  });

  it.each(["40/../41", "$(id)", "x"])("refuses %j as the number of a run", async (chosen) => {
    expect(await find("apply", chosen)).toMatchObject({ code: 1, output: "" });
    expect(runner.asked).toEqual([]);
  });

  it("gives forks the newest snapshot that main itself saved", async () => {
    const artifact = (id: number, change: object = {}) => ({
      id,
      name: "rolecall-snapshot",
      expired: false,
      workflow_run: { id: id * 10, head_branch: "main", repository_id: 1, head_repository_id: 1, ...change },
    });
    const all = [
      artifact(1),
      artifact(5),
      artifact(9, { head_repository_id: 2 }),
      artifact(8, { head_branch: "x" }),
      { ...artifact(7), expired: true },
    ];
    runner.answers.set("/repos/acme/rooms/actions/artifacts?name=rolecall-snapshot&per_page=100", { artifacts: all });
    expect(await find("plan-fork")).toMatchObject({ code: 0, output: "run=50\nname=rolecall-snapshot\n" });
  });
});
