import type { SandboxAnswer, SandboxRequest } from "../_shared/sandbox-server.ts";

const DOCS = "https://liveblocks.io/docs/api-reference/rest-api-endpoints";

/** Error answers, in the words of the documents (section 9) or of the dev server (section 14). */
export type Answers = {
  invalid(why: string): SandboxAnswer;
  readonly badJson: SandboxAnswer;
  readonly noPath: SandboxAnswer;
  readonly noMethod: SandboxAnswer;
  noRoom(id: string): SandboxAnswer;
  roomExists(id: string): SandboxAnswer;
  /** undefined when the key is right. */
  refuse(request: SandboxRequest): SandboxAnswer | undefined;
};

const problem = (status: number, error: string, message: string, suggestion: string): SandboxAnswer => ({
  status,
  body: { error, message, suggestion, docs: DOCS },
});

/** The body of an error that a fault makes. */
export const faultBody = (status: number): unknown =>
  problem(status, status === 429 ? "TOO_MANY_REQUESTS" : "INTERNAL_SERVER_ERROR", "Try again later.", "").body;

export const documentedAnswers = (secretKey: string): Answers => ({
  invalid: (why) => problem(422, "UNPROCESSABLE_ENTITY", why, "Please correct the request and try again."),
  // What bad JSON gives is not stated; 422 is the only documented status that says "your body is wrong".
  badJson: problem(422, "UNPROCESSABLE_ENTITY", "The body is not JSON.", "Please send JSON."),
  // Neither is a path that does not exist or a method that it does not know.
  noPath: problem(404, "NOT_FOUND", "There is no such endpoint.", "Please check the path."),
  noMethod: problem(405, "METHOD_NOT_ALLOWED", "This endpoint has no such method.", "Please check the method."),
  noRoom: (id) => problem(404, "ROOM_NOT_FOUND", `There is no room '${id}'.`, "Please create the room first."),
  roomExists: (id) => problem(409, "ROOM_ALREADY_EXISTS", `There is a room '${id}' already.`, "Please use another id."),
  refuse: (request) => {
    const key = bearer(request);
    if (key === secretKey) return undefined;
    if (key === undefined) return problem(401, "MISSING_SECRET_KEY", "There is no secret key.", "Please send it.");
    if (key.startsWith("pk_")) {
      return problem(401, "WRONG_KEY_USED", "This is a public key.", "Please use the secret key.");
    }
    return problem(403, "INVALID_SECRET_KEY", "The secret key is not valid.", "Please check the key.");
  },
});

export const devServerAnswers = (secretKey: string): Answers => ({
  invalid: (reason) => ({ status: 422, body: { error: "Unprocessable Entity", reason } }),
  badJson: { status: 400, body: { error: "Bad Request" } },
  noPath: { status: 404, body: { error: "Not Found" } },
  noMethod: { status: 405, body: { error: "Method Not Allowed" } },
  noRoom: (id) => ({ status: 404, body: { error: "ROOM_NOT_FOUND", message: `Room '${id}' not found` } }),
  roomExists: (id) => ({ status: 409, body: { error: "ROOM_ALREADY_EXISTS", message: `Room '${id}' exists` } }),
  refuse: (request) => {
    const key = bearer(request);
    if (key === secretKey) return undefined;
    return key === undefined
      ? { status: 401, body: { error: "Unauthorized" } }
      : { status: 403, body: { error: "Forbidden" } };
  },
});

/** The scheme is case-sensitive on the dev server; for production we read it as just as strict. */
const bearer = (request: SandboxRequest): string | undefined =>
  /^Bearer (\S+)$/u.exec(request.headers.authorization ?? "")?.[1];
