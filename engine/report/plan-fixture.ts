/** Sample plans for the tests of this folder. */
import type { SourceJson } from "../model.ts";
import type { Effect, PlanCall, PlanDocument, ResourceChange } from "../plan-document.ts";

export const at = (line: number, column = 7, file = "rolecall.yaml"): SourceJson => ({ file, line, column });

/** A plan with nothing in it. */
export const emptyPlan: PlanDocument = {
  format_version: "1.0",
  rolecall_version: "0.1.0",
  timestamp: "2026-11-21T10:00:07.412Z",
  at: "2026-11-21T10:00:07.412Z",
  digest: `sha256:7f3c1e${"0".repeat(58)}`,
  errored: false,
  failure_reason: null,
  verdict: "equivalent",
  providers: [{ name: "liveblocks", type: "liveblocks", base_url: "https://api.liveblocks.io", account: "a1" }],
  summary: {
    add: 0,
    change: 0,
    destroy: 0,
    calls: 0,
    minimum_calls: 0,
    pending: 0,
    unmanaged: 0,
    drift: 0,
    read: 1,
  },
  resource_changes: [],
  resource_drift: [],
  effects: [],
  later: [],
  calls: [],
  transition: { safe: true, points: 1, exceptions: [] },
  preconditions: [],
  pending: [],
  checks: [],
  guards: [],
  diagnostics: [],
  meaning: "sha256:0",
  options: {
    targets: [],
    excludes: [],
    allow_removals: [],
    allow_gains: [],
    allow_creations: null,
    accept_transient: [],
    snapshot: null,
  },
};

/** An effect; by default alice gains write access to `weekly-design` by her role. */
export const effect = (parts: Partial<Effect> = {}): Effect => ({
  subject: { kind: "user", id: "alice" },
  provider: "liveblocks",
  room: "weekly-design",
  gains: ["liveblocks:room:write"],
  loses: [],
  via: "role facilitator",
  layer: "user",
  source: at(55),
  ...parts,
});

/** A change of a Liveblocks room with one field. */
export const change = (id: string, parts: Partial<ResourceChange> = {}): ResourceChange => ({
  address: `liveblocks/room/${id}`,
  provider: "liveblocks",
  kind: "room",
  id,
  room: id,
  change: { actions: ["update"], before: {}, after: {} },
  fields: [{ path: ["defaultAccesses"], before: "[room:write]", after: "[]" }],
  action_reason: null,
  source: at(67, 5),
  ...parts,
});

/** A call that makes these changes. */
const call = (number: number, addresses: readonly string[], parts: Partial<PlanCall> = {}): PlanCall => ({
  id: `c${number}`,
  provider: "liveblocks",
  changes: addresses,
  method: "POST",
  path: "/v2/rooms/x",
  after: [],
  direction: "narrows",
  ...parts,
});

/** A plan in which each change is one call, with totals that fit. */
export const planOf = (changes: readonly ResourceChange[], parts: Partial<PlanDocument> = {}): PlanDocument => {
  const count = (action: string): number => changes.filter(({ change }) => change.actions[0] === action).length;
  const calls = parts.calls ?? changes.map(({ address, provider }, index) => call(index + 1, [address], { provider }));
  return {
    ...emptyPlan,
    resource_changes: changes,
    transition: { safe: true, points: calls.length + 1, exceptions: [] },
    ...parts,
    calls,
    summary: {
      ...emptyPlan.summary,
      add: count("create"),
      change: count("update"),
      destroy: count("delete"),
      calls: calls.length,
      minimum_calls: calls.length,
      ...parts.summary,
    },
  };
};

/** The plan that the documentation shows. */
export const samplePlan: PlanDocument = planOf(
  [
    change("class-7b"),
    change("weekly-design", {
      fields: [{ path: ["groupsAccesses", "partners"], before: "(none)", after: "[room:write]" }],
    }),
    change("alice", {
      address: "zego/user/weekly-design/alice",
      provider: "zego",
      kind: "user",
      fields: [{ path: ["graphic"], before: "[create]", after: "[clear, create, erase, modify, move]" }],
    }),
  ],
  {
    verdict: "mixed",
    providers: ["liveblocks", "daily", "digitalsamba", "zego"].map((name) => ({
      name,
      type: name,
      base_url: "https://example.com",
      account: "a1",
    })),
    summary: { ...emptyPlan.summary, change: 3, calls: 3, minimum_calls: 3, pending: 1, read: 11 },
    effects: [
      effect({
        provider: "zego",
        gains: ["zego:graphic:clear", "zego:graphic:erase", "zego:graphic:modify", "zego:graphic:move"],
      }),
      effect({ subject: { kind: "group", id: "partners" }, layer: "group", source: at(58, 17) }),
      effect({
        subject: { kind: "everyone" },
        room: "class-7b",
        gains: [],
        loses: ["liveblocks:room:write"],
        via: "pattern class-{id}",
        layer: "default",
        source: at(67, 5),
      }),
    ],
    later: [
      {
        at: "2027-01-01T00:00:00.000Z",
        effects: [
          effect({
            subject: { kind: "user", id: "erin" },
            gains: [],
            loses: ["liveblocks:room:write"],
            via: "grant ends",
            source: at(56),
          }),
        ],
      },
    ],
    pending: [{ address: "daily/live/weekly-design", reason: "nobody is in the call" }],
    checks: [
      { name: "contractors never write", status: "passed", source: at(80, 3) },
      { name: "somebody can always run the weekly", status: "passed", source: at(84, 3) },
    ],
    guards: [{ guard: "removals", passed: true, count: 1, total: 41, limit: "30 %", message: "" }],
  },
);

const names = (prefix: string, length: number): readonly string[] =>
  Array.from({ length }, (_, index) => `${prefix}-${String(index + 1).padStart(2, "0")}`);

const user = (id: string): Effect["subject"] => ({ kind: "user", id });

/** A plan with everything that a report can hold, failed guards and checks included. */
export const fullPlan: PlanDocument = planOf(
  [
    ...names("class", 12).map((id) => change(id)),
    change("atrium", {
      change: { actions: ["create"], before: null, after: {} },
      action_reason: "created closed",
      fields: [
        { path: ["defaultAccesses"], before: "(none)", after: "[]" },
        { path: ["usersAccesses", "alice"], before: "(none)", after: "[room:write]" },
      ],
    }),
    change("retired", {
      change: { actions: ["delete"], before: {}, after: null },
      action_reason: "deleted with all its content",
      needed_by: "liveblocks/room/atrium",
    }),
    change("facilitator", {
      address: "digitalsamba/role/facilitator",
      provider: "digitalsamba",
      kind: "role",
      fields: [
        {
          path: ["permissions"],
          before: `[end_session, ${names("permission", 9).join(", ")}]`,
          after: `[${names("permission", 9).join(", ")}, remote_muting(facilitator), start_session]`,
        },
        { path: ["display_name"], before: "Facil", after: "Facilitator" },
        {
          path: ["description"],
          before: `May do what others may not, such as ${"mute people, ".repeat(12)}and start the session`,
          after: `May do what others may not, such as ${"mute people, ".repeat(12)}and start the recording`,
        },
      ],
    }),
  ],
  {
    verdict: "mixed",
    errored: true,
    failure_reason: "guard-failed",
    providers: [
      { name: "eu", type: "liveblocks", base_url: "https://api.liveblocks.io", account: "a2" },
      { name: "liveblocks", type: "liveblocks", base_url: "https://api.liveblocks.io", account: "a1" },
      { name: "digitalsamba", type: "digitalsamba", base_url: "https://api.digitalsamba.com/api/v1", account: "a3" },
    ],
    summary: {
      ...emptyPlan.summary,
      add: 1,
      change: 13,
      destroy: 1,
      calls: 15,
      minimum_calls: 14,
      read: 340,
      unmanaged: 1,
    },
    effects: [
      ...names("class", 12).map((room) =>
        effect({
          subject: { kind: "everyone" },
          room,
          gains: [],
          loses: ["liveblocks:room:read", "liveblocks:room:write"],
          via: "pattern class-{id}",
          source: at(67, 5),
        }),
      ),
      ...["alice", "bob", "carol", "dave"].map((id) =>
        effect({
          subject: user(id),
          team: "design",
          via: "team design: role facilitator",
          room: "atrium",
          team_size: 4,
        }),
      ),
      effect({
        subject: user("erin"),
        provider: "digitalsamba",
        gains: ["digitalsamba:breakout_rooms", "digitalsamba:remote_muting(facilitator)"],
        loses: ["digitalsamba:end_session"],
      }),
      effect({
        subject: user("bob"),
        provider: "eu",
        room: "retired",
        gains: [],
        loses: ["liveblocks:room:write"],
        via: "not listed",
        mode: "authoritative",
        source: at(60),
      }),
      effect({
        subject: user("frank"),
        provider: "digitalsamba",
        room: "stage",
        gains: names("permission", 60).map((name) => `digitalsamba:${name}`),
        via: "role everything",
        unknown_before: true,
      }),
    ],
    later: [
      {
        at: "2027-01-01T00:00:00.000Z",
        effects: [
          effect({ gains: [], loses: ["liveblocks:room:write"], via: "grant ends" }),
          effect({ subject: user("bob"), via: "grant starts" }),
        ],
      },
      { at: "2027-03-01T09:30:00.000Z", effects: [effect({ subject: user("carol"), via: "grant starts" })] },
    ],
    transition: {
      safe: false,
      points: 16,
      exceptions: [
        {
          call: "c2",
          address: "liveblocks/room/class-02",
          place: { provider: "liveblocks", room: "class-02" },
          subjects: [user("alice"), { kind: "everyone" }],
          capabilities: ["liveblocks:room:write"],
          type: "lacks",
          until: "c3",
          accepted: false,
        },
      ],
      reason: "1 call more than the minimum, so that nobody holds too much in between",
    },
    resource_drift: [
      change("watched", {
        fields: [{ path: ["usersAccesses", "mallory"], before: "[room:write]", after: "(none)", mode: "observe" }],
      }),
    ],
    pending: names("pupil", 12).map((id) => ({ address: `zego/user/lesson/${id}`, reason: "not in the room" })),
    checks: [
      { name: "somebody can always run the weekly", status: "passed", source: at(84, 3) },
      {
        name: "contractors never write",
        status: "failed",
        state: "c2",
        source: at(80, 3),
        failures: [
          {
            subject: { kind: "group", id: "contractors" },
            provider: "liveblocks",
            room: "weekly-design",
            capability: "liveblocks:room:write",
            via: "role facilitator",
            source: at(58, 9),
          },
        ],
      },
      { name: "the weekly has a host", status: "mended", source: at(88, 3) },
    ],
    guards: [
      {
        guard: "removals",
        passed: false,
        count: 14,
        total: 41,
        limit: "30 %",
        message: "14 of 41 grants lose something",
        flag: "--allow-removals 'liveblocks/room/class-*=12'",
      },
    ],
    diagnostics: [{ severity: "warning", code: "takes-effect-later", summary: "takes effect at the next connect" }],
  },
);

const ESCAPE = "\u001b[31mred\u001b[0m";

/** A plan whose names try to be something else. */
export const awkwardPlan: PlanDocument = planOf(
  [
    change(`line\n::set-env name=x::y${ESCAPE}`),
    change("日本語の部屋"),
    change("x".repeat(120)),
    change("pipe|`<b>@team"),
    change("weekly", {
      fields: [{ path: ["usersAccesses", "__proto__"], before: "[a]\r\nb", after: "(none)", mode: "authoritative" }],
    }),
  ],
  {
    verdict: "wider",
    effects: [
      "everyone",
      "group partners",
      ESCAPE,
      "\u202eecila",
      "田中太郎",
      "::add-mask::x",
      "##[group]x",
      "e\u0301ve",
      "z".repeat(80),
      "team design (12)",
    ].map((id) => effect({ subject: user(id), room: id === "田中太郎" ? "デザイン会議" : "weekly" })),
    pending: [{ address: "zego/user/::warning", reason: "line\nbreak" }],
    checks: [
      {
        name: "name\nof lines",
        status: "failed",
        source: at(1, 1, "dir/\u001b]0;x\u0007.yaml"),
        message: "two\nlines",
      },
    ],
  },
);

/** Five thousand effects and four hundred calls. */
export const hugePlan: PlanDocument = planOf(
  names("class", 400).map((id) => change(id)),
  {
    verdict: "mixed",
    effects: [
      ...names("class", 40).flatMap((room) =>
        names("user", 100).map((id, index) => effect({ subject: user(id), room, source: at(100 + index) })),
      ),
      ...names("pupil", 1000).map((id, index) =>
        effect({
          subject: user(id),
          room: `class-${index % 97}`,
          gains: [],
          loses: [index % 2 === 0 ? "liveblocks:room:read" : "liveblocks:room:write"],
          via: "not listed",
          mode: "authoritative",
          source: at(67),
        }),
      ),
    ],
  },
);
