import { mountOnce } from "../shared/mount.js"
import { LessonApp } from "./app.js"
import { followedTab } from "./notes/channel.js"
import { NotesApp } from "./notes/app.js"

const tab = followedTab(location.search)

export default mountOnce((parent) => (tab ? new NotesApp(parent, tab) : new LessonApp(parent)))
