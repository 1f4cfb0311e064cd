/** Where editors find the schema once the package is installed beside the file. */
const SCHEMA = "./node_modules/rolecall/schemas/rolecall.schema.json";

/** A first rolecall.yaml: small, valid as it stands, with the rest of the language in comments. */
export const starterYaml = (): string => `# yaml-language-server: $schema=${SCHEMA}
#
# Who may do what in our live rooms. Nothing here needs an account to be tried:
#   rolecall plan --sandbox      what would change, against local stand-ins
#   rolecall apply --sandbox     change it there; the next plan says "No changes."
# A room or role that no file names is never changed or deleted.
version: 1

# Who to talk to. Secrets come from the environment, never from this file.
providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }
  # daily: { apiKey: { env: DAILY_API_KEY } }
  # digitalsamba: { teamId: { env: DIGITALSAMBA_TEAM_ID }, developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY } }
  # zego: { appId: { env: ZEGO_APP_ID }, serverSecret: { env: ZEGO_SERVER_SECRET } }

# Lists of user ids. A person who joins or leaves a team changes one line here.
teams:
  design: [alice, bob]

# One name for what somebody may do, with one block per service it is used on.
roles:
  viewer:
    description: May look, and is seen
    liveblocks: [room:read, room:presence:write]
  editor:
    description: May change what is in the room
    liveblocks: [room:write]

rooms:
  # One room by its id. It is created if it does not exist, and nobody gets in who is not listed:
  # \`users\` and \`teams\` together are the whole truth about its people.
  weekly-design:
    default: { liveblocks: [] }
    teams: { design: editor }
    users:
      carol: viewer
      # dave: { role: editor, expires: 2099-12-31, reason: covers for bob }

  # A pattern governs every room that exists and matches; it creates none.
  # With \`observe\` Rolecall only reports what differs: a safe way to adopt rooms that exist.
  # "client-*":
  #   mode: observe
  #   default: { liveblocks: [] }
  #   teams: { design: editor }

  # A room to delete, with all it holds:
  # retired-room: { absent: true }

# Sentences that must stay true, whatever the files above say. A plan that breaks one stops.
checks:
  - name: only the design team writes in the weekly
    who: { teams: [design] }
    in: weekly-design
    only: [liveblocks:room:write]
  - name: strangers stay out of the weekly
    who: { everyone: true }
    in: weekly-design
    cannot: [liveblocks:room:read]
`;
