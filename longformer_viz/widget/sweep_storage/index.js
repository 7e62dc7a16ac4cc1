import { mountOnce } from "../shared/mount.js"
import { SweepStorageApp } from "./app.js"

export default mountOnce(() => new SweepStorageApp())
