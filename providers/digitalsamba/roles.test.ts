import { afterEach, describe, expect, it } from "vitest";
import { apply, type Made, plan } from "./harness.ts";
import { PERMISSIONS } from "./language.ts";
import { type DigitalsambaSandbox, type DigitalsambaSandboxOptions, startDigitalsambaSandbox } from "./sandbox.ts";

const open: DigitalsambaSandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});
const start = async (options: DigitalsambaSandboxOptions = {}): Promise<DigitalsambaSandbox> => {
  const sandbox = await startDigitalsambaSandbox({ rateLimit: false, ...options });
  open.push(sandbox);
  return sandbox;
};
const bodies = (made: Made) => made.calls.map(({ body }) => JSON.parse(JSON.stringify(body ?? null)));
const summaries = (made: Made) => made.errors.map(({ summary }) => summary);
const roleAt = (sandbox: DigitalsambaSandbox, name: string) => sandbox.state().roles.find((role) => role.name === name);

const CUSTOM = `roles:
  custom:
    digitalsamba:
      display_name: Custom
      permissions: { start_session: true, remote_muting: [speaker, attendee], raise_hand: true }
`;

describe("a role of the files", () => {
  it("is made with one request, with lists that name presets", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, CUSTOM);
    expect(made.errors).toEqual([]);
    expect(made.lines).toEqual(["POST /roles"]);
    expect(bodies(made)).toEqual([
      {
        name: "custom",
        display_name: "Custom",
        permissions: { raise_hand: true, remote_muting: ["attendee", "speaker"], start_session: true },
      },
    ]);
    expect((await apply(sandbox, made)).map(({ status }) => status)).toEqual(["done"]);
    const again = await plan(sandbox, CUSTOM);
    expect(again.document.resource_changes).toEqual([]);
  });

  it("loses what the file does not list, also under a name nobody knows, and a list that is shorter", async () => {
    const sandbox = await start({ permissions: [...PERMISSIONS, "see_the_future"] });
    const config = "    knownPermissions: [see_the_future]\n";
    const wide = CUSTOM.replace("raise_hand: true", "raise_hand: true, see_the_future: true, general_chat: true");
    await apply(sandbox, await plan(sandbox, wide, config));
    const made = await plan(sandbox, CUSTOM.replace("[speaker, attendee]", "[attendee]"));
    expect(bodies(made)).toEqual([
      { permissions: { general_chat: false, remote_muting: ["attendee"], see_the_future: false } },
    ]);
    await apply(sandbox, made);
    expect((await plan(sandbox, CUSTOM.replace("[speaker, attendee]", "[attendee]"))).calls).toEqual([]);
  });

  it("keeps what is on in mode additive, and turns off what the file turns off", async () => {
    const sandbox = await start();
    const wide = CUSTOM.replace("raise_hand: true", "raise_hand: true, general_chat: true, screenshare: true");
    await apply(sandbox, await plan(sandbox, wide));
    const additive = CUSTOM.replace("  custom:\n", "  custom:\n    mode: additive\n")
      .replace("[speaker, attendee]", "[moderator]")
      .replace("raise_hand: true", "raise_hand: true, screenshare: false");
    const made = await plan(sandbox, additive);
    expect(bodies(made)).toEqual([
      { permissions: { remote_muting: ["attendee", "moderator", "speaker"], screenshare: false } },
    ]);
    expect(made.document.summary.unmanaged).toBe(1);
  });

  it("is written with one permission as it is where only its words change", async () => {
    const sandbox = await start();
    const role = (words: string, permissions: string) =>
      `roles:\n  custom: { digitalsamba: { display_name: ${words}, permissions: { ${permissions} } } }\n`;
    const over = "remote_muting: [speaker]";
    await apply(sandbox, await plan(sandbox, role("Custom", `${over}, start_session: true`)));
    expect(bodies(await plan(sandbox, role("Other", `${over}, start_session: true`)))).toEqual([
      { display_name: "Other", permissions: { start_session: true } },
    ]);
    const additive = role("Other", over).replace("custom: {", "custom: { mode: additive,");
    expect(bodies(await plan(sandbox, additive))).toEqual([
      { display_name: "Other", permissions: { remote_muting: ["speaker"] } },
    ]);
    const nothing = role("Other", "general_chat: false").replace("custom: {", "custom: { mode: additive,");
    expect(bodies(await plan(sandbox, nothing))).toEqual([{ display_name: "Other", permissions: {} }]);
    await apply(sandbox, await plan(sandbox, role("Custom", over)));
    expect(bodies(await plan(sandbox, role("Other", over)))).toEqual([
      { display_name: "Other", permissions: { remote_muting: ["speaker"] } },
    ]);
    expect(bodies(await plan(sandbox, role("Other", "")))).toEqual([
      { display_name: "Other", permissions: { remote_muting: false } },
    ]);
    await apply(sandbox, await plan(sandbox, role("Custom", "")));
    const made = await plan(sandbox, role("Other", ""));
    expect(bodies(made)).toEqual([{ display_name: "Other", permissions: {} }]);
    expect((await apply(sandbox, made)).map(({ status }) => status)).toEqual(["done"]);
  });

  it("has a permission off that the file gives over no roles", async () => {
    const sandbox = await start();
    await apply(sandbox, await plan(sandbox, CUSTOM));
    const made = await plan(sandbox, CUSTOM.replace("[speaker, attendee]", "[]"));
    expect(bodies(made)).toEqual([{ permissions: { remote_muting: false } }]);
    expect(bodies(await plan(await start(), CUSTOM.replace("[speaker, attendee]", "[]")))).toMatchObject([
      { permissions: { raise_hand: true, start_session: true } },
    ]);
  });

  it("is only looked at in mode observe", async () => {
    const sandbox = await start();
    await apply(sandbox, await plan(sandbox, CUSTOM));
    const observed = CUSTOM.replace("  custom:\n", "  custom:\n    mode: observe\n").replace(
      "raise_hand: true",
      "raise_hand: false",
    );
    const made = await plan(sandbox, observed);
    expect(made.calls).toEqual([]);
    expect(made.document.resource_drift.map(({ address }) => address)).toEqual(["digitalsamba/role/custom"]);
  });

  it("is an error where its list names a role that neither files nor service have, at that name's line", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `roles:
  custom:
    digitalsamba:
      display_name: Custom
      permissions:
        remote_muting:
          - speaker
          - atendee
`,
    );
    expect(made.errors).toMatchObject([{ code: "unknown-name", hint: 'did you mean "attendee"?' }]);
    expect(made.errors[0]?.source?.locate()).toMatchObject({ start: { line: 13, column: 13 } });
  });

  it("is an error where it turns on a permission that this service does not have", async () => {
    const sandbox = await start({ permissions: PERMISSIONS.filter((name) => name !== "pin_panels") });
    const made = await plan(sandbox, CUSTOM.replace("raise_hand", "pin_panels"));
    expect(summaries(made)).toEqual(['this team\'s service has no permission "pin_panels"']);
  });

  it("may leave a permission off that this service does not have", async () => {
    const sandbox = await start({ permissions: PERMISSIONS.filter((name) => name !== "pin_panels") });
    const text = CUSTOM.replace("raise_hand: true", "pin_panels: false");
    const made = await plan(sandbox, text);
    expect(made.errors).toEqual([]);
    await apply(sandbox, made);
    expect((await plan(sandbox, text)).calls).toEqual([]);
  });

  it("is said to be new where a role with the same display name would be left behind", async () => {
    const sandbox = await start();
    await apply(sandbox, await plan(sandbox, CUSTOM));
    const made = await plan(sandbox, CUSTOM.replace("custom:", "tailored:"));
    expect(made.lines).toEqual(["POST /roles"]);
    expect(made.diagnostics.map(({ code }) => code)).toContain("digitalsamba/renamed-role");
  });

  it("whose names cannot be kept by the service is refused offline", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, CUSTOM.replace("custom:", '"night shift":'));
    expect(summaries(made)).toEqual(['"night shift" cannot be the name of a role at Digital Samba']);
  });
});

describe("new roles that name each other", () => {
  const role = (name: string, targets: readonly string[]) =>
    `  ${name}: { digitalsamba: { display_name: The ${name}, permissions: { raise_hand: true, remote_muting: [${targets.join(", ")}] } } }\n`;

  it("take one request each in a chain, made from its end", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `roles:\n${role("one", ["two"])}${role("two", ["three"])}${role("three", ["speaker"])}`,
    );
    expect(made.calls.map(({ changes }) => changes[0])).toEqual([
      "digitalsamba/role/three",
      "digitalsamba/role/two",
      "digitalsamba/role/one",
    ]);
    expect((await apply(sandbox, made)).every(({ status }) => status === "done")).toBe(true);
  });

  it("take one more request where one names itself", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, `roles:\n${role("one", ["one", "speaker"])}`);
    expect(bodies(made)).toEqual([
      { name: "one", display_name: "The one", permissions: { raise_hand: true, remote_muting: ["speaker"] } },
      { permissions: { remote_muting: ["one", "speaker"] } },
    ]);
    expect((await apply(sandbox, made)).every(({ status }) => status === "done")).toBe(true);
  });

  it("take one more request for a pair, and the second plan is empty", async () => {
    const sandbox = await start();
    const text = `roles:\n${role("one", ["two"])}${role("two", ["one"])}`;
    const made = await plan(sandbox, text);
    expect(made.lines).toEqual(["POST /roles", "POST /roles", "PATCH /roles/one"]);
    expect(made.document.summary.minimum_calls).toBe(3);
    expect((await apply(sandbox, made)).every(({ status }) => status === "done")).toBe(true);
    expect((await plan(sandbox, text)).calls).toEqual([]);
  });
});

describe("a role that the files delete", () => {
  const GUEST = `roles:
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true, remote_muting: [guest] } } }
rooms:
  lobby: { default: guest, users: { alice: host } }
`;
  const GONE = `roles:
  guest: absent
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true } } }
rooms:
  lobby: { default: host, users: { alice: host } }
`;

  it("goes last, after managed lists and rooms have let go of it", async () => {
    const sandbox = await start();
    await apply(sandbox, await plan(sandbox, GUEST));
    const made = await plan(sandbox, GONE);
    expect(made.errors).toEqual([]);
    expect(made.lines.at(-1)).toBe("DELETE /roles/guest");
    expect([...made.lines].sort()).toEqual(["DELETE /roles/guest", "PATCH /roles/host", "PATCH /rooms/lobby"]);
    expect(made.calls.at(-1)?.after).toEqual(["c1", "c2"]);
    expect((await apply(sandbox, made)).every(({ status }) => status === "done")).toBe(true);
    expect((await plan(sandbox, GONE)).calls).toEqual([]);
  });

  it("is an error at its line where a room that no file names still has it, and a warning where a role names it", async () => {
    const sandbox = await start();
    await apply(sandbox, await plan(sandbox, GUEST));
    const made = await plan(sandbox, "roles: { guest: absent }\n");
    expect(summaries(made)).toEqual([
      'the role "guest" cannot be deleted: room "lobby" has it as default or among the roles, and the files do not change that',
    ]);
    expect(made.errors[0]?.source?.locate().start.line).toBe(6);
    const left = made.diagnostics.find(({ code }) => code === "digitalsamba/role-left");
    expect(left?.summary).toContain('"host"');
  });

  it("is an error where the team has it and the files say nothing of the team's default", async () => {
    const sandbox = await start();
    const config = "    roomDefaults: { roles: [guest, moderator], default: guest }\n";
    const roles = "  moderator: { digitalsamba: existing }\n";
    await apply(sandbox, await plan(sandbox, GUEST.replace("rooms:", `${roles}rooms:`), config));
    const made = await plan(sandbox, GONE);
    expect(summaries(made)).toEqual([
      'the role "guest" cannot be deleted: the team has it as default or among the roles, and the files do not change that',
    ]);
  });

  it("waits for the team's defaults to move", async () => {
    const sandbox = await start();
    const withTeam = (text: string) => text.replace("rooms:", "  moderator: { digitalsamba: existing }\nrooms:");
    const before = "    roomDefaults: { roles: [guest, moderator], default: guest }\n";
    await apply(sandbox, await plan(sandbox, withTeam(GUEST), before));
    const after = "    roomDefaults: { default: moderator }\n";
    const made = await plan(sandbox, withTeam(GONE), after);
    expect(made.errors).toEqual([]);
    expect(made.lines.at(-1)).toBe("DELETE /roles/guest");
    expect((await apply(sandbox, made)).every(({ status }) => status === "done")).toBe(true);
    expect(sandbox.state().team.values).toMatchObject({ default_role: roleAt(sandbox, "moderator")?.id });
  });

  it("that is in a running session is refused with words, and the rest goes on", async () => {
    const sandbox = await start();
    await apply(sandbox, await plan(sandbox, GUEST));
    sandbox.join("lobby", { name: "Gina", role: "guest" });
    const made = await plan(sandbox, GONE);
    const outcomes = await apply(sandbox, made, "continue");
    const refused = outcomes.filter(({ status }) => status !== "done");
    expect(refused.map(({ call, status }) => `${call.method} ${call.path} ${status}`)).toEqual([
      "DELETE /roles/guest failed",
    ]);
    expect(refused[0]?.error).toContain("running session");
  });

  it("leaves names in lists that the files do not manage, and the second plan is empty all the same", async () => {
    for (const afterDelete of ["dangle", "scrub"] as const) {
      const sandbox = await start({ afterDelete });
      await apply(sandbox, await plan(sandbox, GUEST.replace(/rooms:[\s\S]*/u, "")));
      const additive = `roles:
  guest: absent
  host: { mode: additive, digitalsamba: { display_name: Host, permissions: { start_session: true } } }
`;
      const made = await plan(sandbox, additive);
      expect(bodies(made)).toEqual([{ permissions: { remote_muting: false } }, null]);
      await apply(sandbox, made);
      expect((await plan(sandbox, additive)).calls).toEqual([]);
    }
  });

  it("goes after another one that names it and goes too, and nobody is warned of that one", async () => {
    const sandbox = await start();
    const over = (name: string) =>
      `{ digitalsamba: { display_name: Over, permissions: { remote_muting: [${name}] } } }`;
    const plain = "{ digitalsamba: { display_name: Plain, permissions: { raise_hand: true } } }";
    await apply(sandbox, await plan(sandbox, `roles:\n  aa: ${plain}\n  bb: ${over("aa")}\n  cc: ${over("bb")}\n`));
    const made = await plan(sandbox, "roles: { aa: absent, bb: absent, cc: absent }\n");
    expect(made.lines).toEqual(["DELETE /roles/cc", "DELETE /roles/bb", "DELETE /roles/aa"]);
    expect(made.calls.map(({ after }) => after.length)).toEqual([0, 1, 1]);
    expect(made.diagnostics.map(({ code }) => code)).not.toContain("digitalsamba/role-left");
  });

  it("need not wait where the roles that go name each other", async () => {
    const sandbox = await start();
    const over = (name: string) =>
      `{ digitalsamba: { display_name: Over, permissions: { remote_muting: [${name}] } } }`;
    await apply(
      sandbox,
      await plan(sandbox, `roles:\n  aa: ${over("bb")}\n  bb: ${over("aa")}\n  cc: ${over("aa")}\n`),
    );
    const made = await plan(sandbox, "roles: { aa: absent, bb: absent, cc: absent }\n");
    expect(made.lines.indexOf("DELETE /roles/cc")).toBeLessThan(made.lines.indexOf("DELETE /roles/aa"));
    expect((await apply(sandbox, made)).every(({ status }) => status === "done")).toBe(true);
  });

  it("cannot be named by what stays", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `roles:
  guest: absent
  host: { digitalsamba: { display_name: Host, permissions: { remote_muting: [guest] } } }
`,
    );
    expect(made.errors.map(({ code }) => code)).toContain("tombstone");
  });
});

describe("a target", () => {
  it("brings in the roles that a room or role names, and what has to let go of a role that goes", async () => {
    const sandbox = await start();
    const text = `roles:
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
  host: { digitalsamba: { display_name: Host, permissions: { remote_muting: [guest] } } }
rooms:
  lobby: { default: guest }
`;
    const made = await plan(sandbox, text);
    const needed = (planned: Made, object: string): readonly string[] => {
      const desired = planned.world.desired.objects.get(object);
      return desired === undefined ? [] : (planned.world.provider.needs?.(desired) ?? []);
    };
    expect(needed(made, "digitalsamba/room/lobby")).toEqual(["digitalsamba/role/guest"]);
    expect(needed(made, "digitalsamba/role/host")).toEqual(["digitalsamba/role/guest"]);
    await apply(sandbox, made);
    const gone = await plan(
      sandbox,
      `roles: { guest: absent, host: { digitalsamba: { display_name: Host, permissions: { raise_hand: true } } } }
rooms:
  lobby: { default: host }
`,
    );
    expect(needed(gone, "digitalsamba/role/guest")).toEqual(["digitalsamba/role/host", "digitalsamba/room/lobby"]);
  });
});
