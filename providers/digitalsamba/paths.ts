/** Paths under the base URL: https://docs.digitalsamba.com/reference/rest-api */
export const ROLES_PATH = "/roles";
export const ROLE_PATH = "/roles/{name}";
export const ROOMS_PATH = "/rooms";
export const ROOM_PATH = "/rooms/{room}";
export const TOKEN_PATH = "/rooms/{room}/token";
export const PERMISSIONS_PATH = "/permissions";
/** The team's settings live at the base path itself. */
export const TEAM_PATH = "";
