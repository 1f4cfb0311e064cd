// Made by scripts/gen.mjs; do not edit.

/**
 * What everybody may do who is not named, in every room: the domain's `permissions`.
 */
export type Default = (string | {
daily?: DailyPermissions
liveblocks?: LiveblocksScopes
zego?: ZEGOCLOUDWhiteboardPermissions
})
/**
 * true: every kind of media; false or an empty list: none; a list: these kinds.
 */
export type MaySend = (boolean | (("audio" | "video" | "screenVideo" | "screenAudio" | "customVideo" | "customAudio") & string)[])
/**
 * What is received from senders that are not named. true: everything; false: nothing.
 */
export type DailyReceived = (boolean | {
/**
 * Receive: the microphone.
 */
audio?: boolean
/**
 * Receive: the camera.
 */
video?: boolean
/**
 * Receive: the picture of a shared screen.
 */
screenVideo?: boolean
/**
 * Receive: the sound of a shared screen.
 */
screenAudio?: boolean
/**
 * Custom video tracks by track name; `*` is the default for tracks that are not named.
 */
customVideo?: {
[k: string]: boolean
}
/**
 * Custom audio tracks by track name; `*` is the default for tracks that are not named.
 */
customAudio?: {
[k: string]: boolean
}
})
/**
 * What is received.
 */
export type DailyReceived1 = (boolean | {
/**
 * Receive: the microphone.
 */
audio?: boolean
/**
 * Receive: the camera.
 */
video?: boolean
/**
 * Receive: the picture of a shared screen.
 */
screenVideo?: boolean
/**
 * Receive: the sound of a shared screen.
 */
screenAudio?: boolean
/**
 * Custom video tracks by track name; `*` is the default for tracks that are not named.
 */
customVideo?: {
[k: string]: boolean
}
/**
 * Custom audio tracks by track name; `*` is the default for tracks that are not named.
 */
customAudio?: {
[k: string]: boolean
}
})
/**
 * true: everything there is to administer; false or an empty list: nothing; a list: these things.
 */
export type MayAdminister = (boolean | (("participants" | "streaming" | "transcription") & string)[])
export type Scope = (LiveblocksScope & LiveblocksScope1)
export type LiveblocksScope = ("room:read" | "room:write" | "room:presence:write" | "*:read" | "*:write" | "storage:read" | "storage:write" | "storage:none" | "comments:read" | "comments:write" | "comments:none" | "comments:public:read" | "comments:public:write" | "comments:public:none" | "comments:private:read" | "comments:private:write" | "comments:private:none" | "feeds:read" | "feeds:write" | "feeds:none")
export type LiveblocksScope1 = string
/**
 * What holds on Liveblocks.
 */
export type LiveblocksScopes = Scope[]
/**
 * A list of names or of the service's numbers, `all` or `none`.
 */
export type MovingAbout = (MovingAbout1 | (ZegoAllOrNone & ZegoAllOrNone1))
/**
 * A list of names or of the service's numbers, `all` or `none`.
 * 
 * @minItems 1
 */
export type MovingAbout1 = ([(("zoom" | "scroll" | 1 | 2 | 0) & ((("zoom" | "scroll" | 1 | 2 | 0) & string) | (number & ("zoom" | "scroll" | 1 | 2 | 0))) & ("zoom" | "scroll" | 1 | 2 | 0) & ((("zoom" | "scroll" | 1 | 2 | 0) & string) | (number & ("zoom" | "scroll" | 1 | 2 | 0)))), ...((("zoom" | "scroll" | 1 | 2 | 0) & ((("zoom" | "scroll" | 1 | 2 | 0) & string) | (number & ("zoom" | "scroll" | 1 | 2 | 0))) & ("zoom" | "scroll" | 1 | 2 | 0) & ((("zoom" | "scroll" | 1 | 2 | 0) & string) | (number & ("zoom" | "scroll" | 1 | 2 | 0)))))[]] | number)
export type ZegoAllOrNone = ("all" | "none")
export type ZegoAllOrNone1 = string
/**
 * A list of names or of the service's numbers, `all` or `none`. Own elements may always be changed; without `create` nothing new can be drawn.
 */
export type Drawing = (Drawing1 | (ZegoAllOrNone & ZegoAllOrNone1))
/**
 * A list of names or of the service's numbers, `all` or `none`. Own elements may always be changed; without `create` nothing new can be drawn.
 * 
 * @minItems 1
 */
export type Drawing1 = ([(("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & ((("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & string) | (number & ("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0))) & ("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & ((("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & string) | (number & ("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0)))), ...((("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & ((("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & string) | (number & ("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0))) & ("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & ((("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0) & string) | (number & ("modify" | "erase" | "move" | "clear" | "create" | 2 | 4 | 8 | 16 | 32 | 0)))))[]] | number)
/**
 * The role of everybody whose token names none.
 */
export type Default1 = (string | {
daily?: DailyPermissions
liveblocks?: LiveblocksScopes
zego?: ZEGOCLOUDWhiteboardPermissions
})
/**
 * One name, one block per type of service. `absent` deletes the role where it exists.
 */
export type Role = (Role1 | ("absent" & string))
/**
 * What happens to permissions of the role object that the file does not list (Digital Samba).
 */
export type Mode = (RoleMode & RoleMode1)
export type RoleMode = ("authoritative" | "additive" | "observe")
export type RoleMode1 = string
/**
 * Keep the role object on these providers only.
 * 
 * @minItems 1
 */
export type Names = (string | [string, ...(string)[]])
/**
 * Why it is so, for people who read the files or a plan.
 */
export type Reason = string
/**
 * What the role may do in a room: exactly one base scope, and at most one scope per feature. `[]` gives nothing of its own.
 */
export type LiveblocksScopes1 = Scope[]
/**
 * What holds in one room, or in every room that matches a pattern. `absent` deletes the room.
 */
export type Room = (Room1 | ("absent" & string))
/**
 * The providers that have this room. May be left out when one provider is configured.
 * 
 * @minItems 1
 */
export type Names1 = (string | [string, ...(string)[]])
/**
 * What happens to entries that the files do not list: a word for all, or a map by field.
 */
export type Mode1 = (Mode2 | (ModeWord & ModeWord1))
/**
 * What happens to entries that the files do not list: a word for all, or a map by field.
 */
export type Mode2 = (string & {
/**
 * authoritative, additive or observe.
 */
default?: (ModeWord & ModeWord1)
/**
 * authoritative, additive or observe.
 */
users?: (ModeWord & ModeWord1)
/**
 * authoritative, additive or observe.
 */
groups?: (ModeWord & ModeWord1)
/**
 * authoritative, additive or observe.
 */
settings?: (ModeWord & ModeWord1)
})
export type ModeWord = ("authoritative" | "additive" | "observe" | "absent")
export type ModeWord1 = string
/**
 * What everybody may do who is not named: a role name, or an inline role such as `{ liveblocks: [] }`.
 */
export type Default2 = (string | {
daily?: DailyPermissions
liveblocks?: LiveblocksScopes
zego?: ZEGOCLOUDWhiteboardPermissions
})
/**
 * What each person may do here, by user id. `{}` means nobody; left out means not managed.
 */
export type Users = (Users1 | ("absent" & string))
/**
 * A role name, `absent`, an inline role such as `{ liveblocks: ["room:read"] }`, or `{ role, starts, expires, reason }`.
 */
export type Entry = (string | {
/**
 * The name of a role.
 */
role?: string
/**
 * When the grant begins: a date (00:00 UTC of that day), or a date-time with zone.
 */
starts?: string
/**
 * When the grant ends: a date (24:00 UTC of that day), or a date-time with zone. Not valid at that instant any more.
 */
expires?: string
reason?: Reason
daily?: DailyPermissions2
liveblocks?: LiveblocksScopes2
zego?: ZEGOCLOUDWhiteboardPermissions2
})
/**
 * What the role may do in a room: exactly one base scope, and at most one scope per feature. `[]` gives nothing of its own.
 */
export type LiveblocksScopes2 = Scope[]
/**
 * What the members of a team may do here. A direct entry under `users` decides over teams.
 */
export type Teams1 = (Teams2 | ("absent" & string))
/**
 * Groups that the service itself knows (Liveblocks only).
 */
export type Groups = (Groups1 | ("absent" & string))
/**
 * Metadata of the room (Liveblocks only). Only the keys that are written are managed; `absent` removes a key.
 */
export type Metadata = (Metadata1 | ("absent" & string))
/**
 * Access settings by type of service, in its own words. Only the keys that are written are managed.
 */
export type Settings = (Settings1 | ("absent" & string))
export type DailyRecording = ("cloud" | "cloud-audio-only" | "local" | "raw-tracks")
export type DailyRecording1 = string
/**
 * User ids.
 * 
 * @minItems 1
 */
export type Names2 = (string | [string, ...(string)[]])
/**
 * Members of these teams.
 * 
 * @minItems 1
 */
export type Names3 = (string | [string, ...(string)[]])
/**
 * Groups that the service knows.
 * 
 * @minItems 1
 */
export type Names4 = (string | [string, ...(string)[]])
/**
 * Whoever holds these roles.
 * 
 * @minItems 1
 */
export type Names5 = (string | [string, ...(string)[]])
/**
 * Room ids or patterns. Left out: every room.
 * 
 * @minItems 1
 */
export type Names6 = (string | [string, ...(string)[]])
/**
 * They must be able to do all of this.
 * 
 * @minItems 1
 */
export type Capabilities = (string | [string, ...(string)[]])
/**
 * They must not be able to do any of this.
 * 
 * @minItems 1
 */
export type Capabilities1 = (string | [string, ...(string)[]])
/**
 * Nobody else may do this.
 * 
 * @minItems 1
 */
export type Capabilities2 = (string | [string, ...(string)[]])
/**
 * What they must be able to do.
 * 
 * @minItems 1
 */
export type Capabilities3 = (string | [string, ...(string)[]])
/**
 * Assertions about who may do what in the end. They run in `test`, and in `plan` and `apply` at every step.
 */
export type Checks = Check[]

/**
 * Permissions as code for live rooms: which roles exist, what a room allows by default, and what each person may do there.
 */
export interface Rolecall {
/**
 * The schema of this file, for editors.
 */
$schema?: string
/**
 * The version of the language.
 */
version?: 1
providers?: Providers
teams?: Teams
roles?: Roles
rooms?: Rooms
guards?: Guards
checks?: Checks
}
/**
 * Who to talk to. A key that is a known type (liveblocks, daily, digitalsamba, zego) needs no `type`.
 */
export interface Providers {
daily?: DailyProvider
digitalsamba?: DigitalSambaProvider
liveblocks?: LiveblocksProvider
zego?: ZEGOCLOUDProvider
[k: string]: {
/**
 * The type of service that this provider is an account of.
 */
type: ((("daily" | "digitalsamba" | "liveblocks" | "zego") | string) & string)
} | DailyProvider | DigitalSambaProvider | LiveblocksProvider | ZEGOCLOUDProvider | undefined
}
/**
 * An account at Daily.
 */
export interface DailyProvider {
/**
 * The type of this provider; not needed where the key says it.
 */
type?: "daily"
apiKey: AValueFromTheEnvironment
/**
 * Where the service answers. Only the vendor's own addresses and loopback are allowed; others need --allow-host.
 */
baseUrl?: string
roomDefaults?: DefaultsOfTheDomain
}
/**
 * The API key of the domain.
 */
export interface AValueFromTheEnvironment {
/**
 * The name of an environment variable.
 */
env: string
}
/**
 * What holds in every room of the domain that sets nothing of its own.
 */
export interface DefaultsOfTheDomain {
default?: Default
}
/**
 * What holds on Daily.
 */
export interface DailyPermissions {
/**
 * false: hidden. Others do not see this person, who then cannot share any media.
 */
hasPresence?: boolean
canSend?: MaySend
canReceive?: MayReceive
canAdmin?: MayAdminister
}
/**
 * Whose media this person receives: `base` for everybody, `byUserId` for single senders.
 */
export interface MayReceive {
base?: DailyReceived
/**
 * By the user id of the sender; a field that is left out follows `base`.
 */
byUserId?: {
[k: string]: DailyReceived1
}
/**
 * Not possible here: a participant id changes with every join. Use byUserId.
 */
byParticipantId?: {
[k: string]: unknown
}
}
/**
 * What holds on ZEGOCLOUD.
 */
export interface ZEGOCLOUDWhiteboardPermissions {
module?: MovingAbout
graphic?: Drawing
}
/**
 * An account at Digital Samba.
 */
export interface DigitalSambaProvider {
/**
 * The type of this provider; not needed where the key says it.
 */
type?: "digitalsamba"
/**
 * The id of the team: a text, or `{ env: NAME }`.
 */
teamId: (string | {
/**
 * The name of an environment variable.
 */
env: string
})
developerKey: AValueFromTheEnvironment1
/**
 * Where the service answers. Only the vendor's own addresses and loopback are allowed; others need --allow-host.
 */
baseUrl?: string
/**
 * Names of permissions that the service has and Rolecall does not know yet.
 */
knownPermissions?: string[]
roomDefaults?: DefaultRoomSettingsOfTheTeam
}
/**
 * The developer key of the team.
 */
export interface AValueFromTheEnvironment1 {
/**
 * The name of an environment variable.
 */
env: string
}
/**
 * What holds in every room of the team that sets nothing of its own.
 */
export interface DefaultRoomSettingsOfTheTeam {
/**
 * The roles that rooms have. The order is the order in the panel.
 * 
 * @minItems 1
 * 
 * Items: The name of a role.
 */
roles?: [string, ...(string)[]]
default?: Default1
}
/**
 * An account at Liveblocks.
 */
export interface LiveblocksProvider {
/**
 * The type of this provider; not needed where the key says it.
 */
type?: "liveblocks"
secretKey: AValueFromTheEnvironment2
/**
 * Where the service answers. Only the vendor's own addresses and loopback are allowed; others need --allow-host.
 */
baseUrl?: string
}
/**
 * The secret key of the project; begins with sk_.
 */
export interface AValueFromTheEnvironment2 {
/**
 * The name of an environment variable.
 */
env: string
}
/**
 * An account at ZEGOCLOUD.
 */
export interface ZEGOCLOUDProvider {
/**
 * The type of this provider; not needed where the key says it.
 */
type?: "zego"
/**
 * The AppID of the project: a number, or `{ env: NAME }`.
 */
appId: (number | string | {
/**
 * The name of an environment variable.
 */
env: string
})
serverSecret: AValueFromTheEnvironment3
/**
 * Whether the project is in the test environment: sent as `IsTest`; true paces at one request a second. Left out, nothing is sent.
 */
isTest?: boolean
/**
 * Where the service answers. Only the vendor's own addresses and loopback are allowed; others need --allow-host.
 */
baseUrl?: string
/**
 * Where rooms and people are read. Left out: the vendor's for a vendor's baseUrl, else baseUrl itself.
 */
rtcBaseUrl?: string
}
/**
 * The ServerSecret of the project: 32 characters.
 */
export interface AValueFromTheEnvironment3 {
/**
 * The name of an environment variable.
 */
env: string
}
/**
 * Lists of user ids. A team stands for its members; teams do not nest.
 */
export interface Teams {
/**
 * Items: A user id.
 */
[k: string]: string[]
}
/**
 * Names for what somebody may do. Each role has one block per type of service that it can be used on.
 */
export interface Roles {
[k: string]: Role
}
/**
 * One name, one block per type of service. `absent` deletes the role where it exists.
 */
export interface Role1 {
/**
 * What the role is for. Not inherited.
 */
description?: string
/**
 * The role that this one starts from. Maps merge at every depth, lists and scalars replace.
 */
extends?: string
mode?: Mode
on?: Names
/**
 * Delete the role where it exists.
 */
absent?: true
reason?: Reason
/**
 * What holds on Daily.
 */
daily?: (DailyPermissions1 | ("absent" & string))
/**
 * What holds on Digital Samba.
 */
digitalsamba?: (DigitalSambaRole | (("absent" | "existing") & string))
/**
 * What holds on Liveblocks.
 */
liveblocks?: (LiveblocksScopes1 | ("absent" & string))
/**
 * What holds on ZEGOCLOUD.
 */
zego?: (ZEGOCLOUDWhiteboardPermissions1 | ("absent" & string))
}
/**
 * What the role may do in a call. A field that is left out gets the value of the room's default, else the domain's, else the built-in one.
 */
export interface DailyPermissions1 {
/**
 * false: hidden. Others do not see this person, who then cannot share any media.
 */
hasPresence?: boolean
canSend?: MaySend
canReceive?: MayReceive
canAdmin?: MayAdminister
}
/**
 * The role object at the service. Permissions that are not listed are turned off. A block without display_name is a base for `extends` only.
 */
export interface DigitalSambaRole {
/**
 * The name that people see. Not inherited.
 */
display_name?: string
/**
 * What the role is for. Not inherited.
 */
description?: string
permissions?: Permissions
}
/**
 * By name: true or false; on permissions over others also a list of the roles that they reach.
 */
export interface Permissions {
/**
 * Open questions and answers.
 */
access_qa?: boolean
/**
 * Answer questions privately.
 */
answer_privately_qa?: boolean
/**
 * Answer questions for everybody.
 */
answer_qa?: boolean
/**
 * Ask a question without a name.
 */
ask_question_anonymously_qa?: boolean
/**
 * Ask a question.
 */
ask_question_qa?: boolean
/**
 * Ask others to unmute.
 */
ask_remote_unmute?: boolean
/**
 * Upload a picture of oneself.
 */
avatar_upload?: boolean
/**
 * Put people out for good.
 */
ban_participants?: boolean
/**
 * Send microphone and camera.
 */
broadcast?: boolean
/**
 * React to chat messages.
 */
chat_reactions?: boolean
/**
 * Clear the whole chat.
 */
clear_chat?: boolean
/**
 * Clear what is shown.
 */
clear_content?: boolean
/**
 * Write in the shared notes.
 */
collaborate_in_notes?: boolean
/**
 * Show and hide parts of the room for everybody.
 */
control_room_components?: boolean
/**
 * Let people in who wait, and lock the room.
 */
control_room_entry?: boolean
/**
 * Delete messages of others.
 */
delete_others_chat_messages?: boolean
/**
 * Download questions and answers.
 */
download_qa?: boolean
/**
 * Draw on the whiteboard.
 */
edit_whiteboard?: boolean
/**
 * End the session for everybody.
 */
end_session?: boolean
/**
 * Save the chat to a file.
 */
export_chat?: boolean
/**
 * Write in the chat of the room.
 */
general_chat?: boolean
/**
 * Invite people to the session.
 */
invite_participant?: boolean
/**
 * Lock what is shown.
 */
lock_content?: boolean
/**
 * Open, close and fill breakout rooms.
 */
manage_breakout?: boolean
/**
 * Allow and forbid others to send microphone and camera. true: whatever their role, roles that are made later too; a list: people with these roles.
 */
manage_broadcast?: (boolean | string[])
/**
 * Add, rename and remove files in the library of the room.
 */
manage_content_library?: boolean
/**
 * Decide who may draw on the whiteboard.
 */
manage_edit_whiteboard?: boolean
/**
 * Manage one's own library.
 */
manage_personal_content_library?: boolean
/**
 * Manage people who joined by phone.
 */
manage_phone_users?: boolean
/**
 * Manage templates of polls.
 */
manage_poll_templates?: boolean
/**
 * Create, start and end polls.
 */
manage_polls?: boolean
/**
 * Manage private whiteboards.
 */
manage_private_whiteboard?: boolean
/**
 * Change the roles of others in the session. true: whatever their role, roles that are made later too; a list: people with these roles.
 */
manage_roles?: (boolean | string[])
/**
 * Allow and forbid others to share the screen. true: whatever their role, roles that are made later too; a list: people with these roles.
 */
manage_screenshare?: (boolean | string[])
/**
 * Moderate questions and answers.
 */
moderate_qa?: boolean
/**
 * Pin panels for oneself or others.
 */
pin_panels?: boolean
/**
 * Show files from the library of the room.
 */
present_content_library?: boolean
/**
 * Write private messages.
 */
private_chat?: boolean
/**
 * Put content in front of everybody.
 */
push_content?: boolean
/**
 * Raise a hand.
 */
raise_hand?: boolean
/**
 * Start and stop recordings.
 */
recording?: boolean
/**
 * Mute others. true: whatever their role, roles that are made later too; a list: people with these roles.
 */
remote_muting?: (boolean | string[])
/**
 * Remove the chat.
 */
remove_chat?: boolean
/**
 * Put others out of the session. true: whatever their role, roles that are made later too; a list: people with these roles.
 */
remove_participant?: (boolean | string[])
/**
 * Change the names of others.
 */
rename_participants?: boolean
/**
 * Stream the session to other platforms.
 */
restreaming?: boolean
/**
 * React in the room, seen by everybody.
 */
room_reactions?: boolean
/**
 * Share the screen.
 */
screenshare?: boolean
/**
 * See all questions, unanswered ones too.
 */
see_all_questions?: boolean
/**
 * See who added which content.
 */
see_content_badges?: boolean
/**
 * Read the shared notes.
 */
see_notes?: boolean
/**
 * See the list of people.
 */
see_participants_panel?: boolean
/**
 * See who asked a question.
 */
see_questions_author?: boolean
/**
 * See everybody's role in the list of people.
 */
see_roles_in_participants_panel?: boolean
/**
 * Change one's own name.
 */
self_rename?: boolean
/**
 * Start the session of the room.
 */
start_session?: boolean
/**
 * Start and stop the transcription.
 */
transcribe_session?: boolean
/**
 * Vote for questions.
 */
upvote_qa?: boolean
/**
 * A permission that the provider's `knownPermissions` names.
 */
[k: string]: boolean | string[] | undefined
}
/**
 * What the role may do on the whiteboard. Both `module` and `graphic` are needed.
 */
export interface ZEGOCLOUDWhiteboardPermissions1 {
module?: MovingAbout
graphic?: Drawing
}
/**
 * A room by its id, or a pattern: `*` any run, `?` one character, `{name}` a run whose text may be used in the keys of `teams` and `groups`.
 */
export interface Rooms {
[k: string]: Room
}
/**
 * What holds in one room, or in every room that matches a pattern. `absent` deletes the room.
 */
export interface Room1 {
on?: Names1
/**
 * The id at the service where it differs from the key; always literal. One text, or a map by provider.
 */
id?: (string | {
[k: string]: string
})
/**
 * Delete the room, with what is in it.
 */
absent?: true
/**
 * Whether the room is created when it does not exist. A new room is closed unless the file says otherwise.
 */
create?: (boolean | ("absent" & string))
/**
 * Whether permissions of people in a running call are set too (Daily).
 */
live?: (("enforce" | "ignore" | "absent") & string)
mode?: Mode1
default?: Default2
users?: Users
teams?: Teams1
groups?: Groups
metadata?: Metadata
settings?: Settings
reason?: Reason
}
/**
 * What each person may do here, by user id. `{}` means nobody; left out means not managed.
 */
export interface Users1 {
[k: string]: Entry
}
/**
 * What the role may do in a call. A field that is left out gets the value of the room's default, else the domain's, else the built-in one.
 */
export interface DailyPermissions2 {
/**
 * false: hidden. Others do not see this person, who then cannot share any media.
 */
hasPresence?: boolean
canSend?: MaySend
canReceive?: MayReceive
canAdmin?: MayAdminister
}
/**
 * What the role may do on the whiteboard. Both `module` and `graphic` are needed.
 */
export interface ZEGOCLOUDWhiteboardPermissions2 {
module?: MovingAbout
graphic?: Drawing
}
/**
 * What the members of a team may do here. A direct entry under `users` decides over teams.
 */
export interface Teams2 {
[k: string]: Entry
}
/**
 * Groups that the service itself knows (Liveblocks only).
 */
export interface Groups1 {
[k: string]: Entry
}
/**
 * Metadata of the room (Liveblocks only). Only the keys that are written are managed; `absent` removes a key.
 */
export interface Metadata1 {
[k: string]: string | string[]
}
/**
 * Access settings by type of service, in its own words. Only the keys that are written are managed.
 */
export interface Settings1 {
/**
 * What holds on Daily.
 */
daily?: (DailyRoomSettings | ("absent" & string))
/**
 * What holds on Digital Samba.
 */
digitalsamba?: (DigitalSambaRoomSettings | ("absent" & string))
}
/**
 * Access settings of the room. Only the keys that are written are managed; `absent` sets one back to its default.
 */
export interface DailyRoomSettings {
/**
 * Who may join.
 */
privacy?: ((("public" | "private") & string) | "absent")
/**
 * People without a token may ask to be let in to a private room.
 */
enable_knocking?: (boolean | "absent")
/**
 * Nobody can join before this time, in seconds since 1970 (UTC).
 */
nbf?: (number | "absent")
/**
 * Nobody can join after this time, in seconds since 1970 (UTC). The room is not listed any more then.
 */
exp?: (number | "absent")
/**
 * How many people may be in the room at once.
 */
max_participants?: (number | "absent")
/**
 * Somebody who joins with a user id that is in the call already puts the older one out.
 */
enforce_unique_user_ids?: (boolean | "absent")
/**
 * Screens may be shared. Fixed once a session has started.
 */
enable_screenshare?: (boolean | "absent")
/**
 * There is a text chat.
 */
enable_chat?: (boolean | "absent")
/**
 * The chat of Daily Prebuilt has its advanced features.
 */
enable_advanced_chat?: (boolean | "absent")
/**
 * People who are not owners join hidden.
 */
enable_hidden_participants?: (boolean | "absent")
/**
 * People join with the microphone off.
 */
start_audio_off?: (boolean | "absent")
/**
 * People join with the camera off.
 */
start_video_off?: (boolean | "absent")
/**
 * Which kinds of recording can be started.
 */
enable_recording?: (([(("cloud" | "cloud-audio-only" | "local" | "raw-tracks") & string & ("cloud" | "cloud-audio-only" | "local" | "raw-tracks") & string), ...((("cloud" | "cloud-audio-only" | "local" | "raw-tracks") & string & ("cloud" | "cloud-audio-only" | "local" | "raw-tracks") & string))[]] | (DailyRecording & DailyRecording1)) | "absent")
/**
 * Everybody is put out when the room expires.
 */
eject_at_room_exp?: (boolean | "absent")
/**
 * Everybody is put out after this many seconds in the call.
 */
eject_after_elapsed?: (number | "absent")
/**
 * Daily Prebuilt shows a page before joining.
 */
enable_prejoin_ui?: (boolean | "absent")
/**
 * Daily Prebuilt shows the list of people.
 */
enable_people_ui?: (boolean | "absent")
/**
 * Daily Prebuilt shows the state of the network.
 */
enable_network_ui?: (boolean | "absent")
/**
 * Daily Prebuilt lets people raise a hand.
 */
enable_hand_raising?: (boolean | "absent")
/**
 * Daily Prebuilt lets people react with emoji.
 */
enable_emoji_reactions?: (boolean | "absent")
/**
 * Daily Prebuilt offers picture-in-picture.
 */
enable_pip_ui?: (boolean | "absent")
/**
 * Daily Prebuilt offers breakout rooms.
 */
enable_breakout_rooms?: (boolean | "absent")
/**
 * Daily Prebuilt offers live captions.
 */
enable_live_captions_ui?: (boolean | "absent")
/**
 * Phones may be called from the room.
 */
enable_dialout?: (boolean | "absent")
}
/**
 * Access settings of the room. Only the keys that are written are managed.
 */
export interface DigitalSambaRoomSettings {
/**
 * Who may join.
 */
privacy?: ((("public" | "private") & string) | "absent")
/**
 * Roles of the room beyond those granted in it; [] for none. The order is the order in the panel.
 */
roles?: (string[] | "absent")
/**
 * Whoever comes has to be let in. A room with a single role cannot be locked.
 */
is_locked?: (boolean | "absent")
/**
 * How many people may be in the room at once.
 */
max_participants?: (number | "absent")
/**
 * How many people may send at once.
 */
max_broadcasters?: (number | "absent")
/**
 * The longest session, in minutes.
 */
session_length?: (number | "absent")
/**
 * When the room is deleted.
 */
expires_at?: (string | "absent")
/**
 * There is a private chat for some roles.
 */
private_group_chat_enabled?: (boolean | "absent")
/**
 * The name of the private chat.
 */
private_group_chat_name?: (string | "absent")
/**
 * The roles in the private chat.
 */
private_group_chat_roles?: ([string, ...(string)[]] | "absent")
/**
 * There is a chat.
 */
chat_enabled?: (boolean | "absent")
/**
 * There are private messages.
 */
private_chat_enabled?: (boolean | "absent")
/**
 * Screens may be shared.
 */
screenshare_enabled?: (boolean | "absent")
/**
 * The session may be recorded.
 */
recordings_enabled?: (boolean | "absent")
/**
 * Recording starts with the session.
 */
recording_autostart_enabled?: (boolean | "absent")
/**
 * Hands may be raised.
 */
raise_hand_enabled?: (boolean | "absent")
/**
 * There is a list of people.
 */
participants_list_enabled?: (boolean | "absent")
/**
 * There is a button that ends the session.
 */
end_session_enabled?: (boolean | "absent")
/**
 * There is a button that leaves the session.
 */
leave_session_enabled?: (boolean | "absent")
/**
 * People may be invited.
 */
invite_participants_enabled?: (boolean | "absent")
/**
 * There is a whiteboard.
 */
whiteboard_enabled?: (boolean | "absent")
/**
 * There are questions and answers.
 */
qa_enabled?: (boolean | "absent")
/**
 * Questions may be voted for.
 */
upvote_qa_enabled?: (boolean | "absent")
/**
 * There are polls.
 */
polls_enabled?: (boolean | "absent")
/**
 * There are shared notes.
 */
shared_notes_enabled?: (boolean | "absent")
/**
 * There is a library of content.
 */
content_library_enabled?: (boolean | "absent")
/**
 * The session may be transcribed.
 */
transcription_enabled?: (boolean | "absent")
/**
 * There are captions.
 */
captions_enabled?: (boolean | "absent")
/**
 * Virtual backgrounds may be used.
 */
virtual_backgrounds_enabled?: (boolean | "absent")
/**
 * There are reactions in the room.
 */
room_reactions_enabled?: (boolean | "absent")
/**
 * There are reactions to chat messages.
 */
chat_reactions_enabled?: (boolean | "absent")
/**
 * People may be pinned.
 */
pin_enabled?: (boolean | "absent")
/**
 * Panels may be pinned.
 */
pin_panels_enabled?: (boolean | "absent")
/**
 * There is a page before joining.
 */
join_screen_enabled?: (boolean | "absent")
/**
 * People join with the microphone on.
 */
audio_on_join_enabled?: (boolean | "absent")
/**
 * People join with the camera on.
 */
video_on_join_enabled?: (boolean | "absent")
/**
 * The room has no video.
 */
is_audio_only?: (boolean | "absent")
/**
 * There are breakout rooms.
 */
breakout_rooms_enabled?: (boolean | "absent")
/**
 * The session may be streamed to other platforms.
 */
restream_enabled?: (boolean | "absent")
/**
 * People may join by phone.
 */
telephony_enabled?: (boolean | "absent")
/**
 * Media may come in by WHIP.
 */
whip_enabled?: (boolean | "absent")
/**
 * Media is encrypted from end to end. Not together with whiteboard, transcription or breakout rooms.
 */
e2ee_enabled?: (boolean | "absent")
}
/**
 * Limits of what one run may take away. Ordinary files may only tighten the defaults; a file given with --policy may loosen them.
 */
export interface Guards {
/**
 * (person, room) pairs that lose something: at most this share, but up to `floor` pairs never ask.
 */
removals?: {
/**
 * The share of all pairs.
 */
percent?: number
/**
 * Up to this many pairs never ask.
 */
floor?: number
}
/**
 * Rooms and roles that one run may delete.
 */
deletions?: number
/**
 * Rooms that stay but lose every named user and group.
 */
emptied?: number
/**
 * Never take a managing permission from its last holder in a place.
 */
lastHolder?: boolean
/**
 * Opt-in: limits of what one run may give.
 */
gains?: {
/**
 * Rooms in which everyone may gain something.
 */
everyone?: number
/**
 * The share of all pairs that may gain something.
 */
percent?: number
/**
 * Up to this many pairs never ask.
 */
floor?: number
}
/**
 * Opt-in: rooms and roles that one run may create.
 */
creations?: number
}
export interface Check {
/**
 * The assertion in words, for reports.
 */
name: string
/**
 * Whom it is about. Left out: anyone.
 */
who?: {
users?: Names2
teams?: Names3
groups?: Names4
roles?: Names5
/**
 * Anyone not named.
 */
everyone?: true
/**
 * Every subject there is.
 */
anyone?: true
/**
 * Those with an entry at the service that no file lists.
 */
unlisted?: true
}
in?: Names6
can?: Capabilities
cannot?: Capabilities1
only?: Capabilities2
/**
 * At least this many distinct subjects in each room that `in` matches.
 */
atLeast?: {
/**
 * How many.
 */
count: number
can: Capabilities3
}
reason?: Reason
}
