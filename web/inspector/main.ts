// The inspector's script. Every page works without it; with it, a page follows what happens.

import { follow } from "./live";

follow();
