// Improves pages that already work without it. No inline code, no eval.
"use strict";
