#ifndef DOCLOUD_DOCUMENT_H
#define DOCLOUD_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "api/error.h"
#include "api/json.h"

/*
 * A text that is one value, JSON or YAML, as JSON: an app's spec, doctl's configuration. document.c is the only file that
 * knows libyaml. What a plain word of YAML stands for is as in YAML 1.2's core schema (yaml.org/spec/1.2.2, 10.3): null,
 * true, false and numbers as JSON has them; all else, as `yes` and 0755, is text.
 */

/* Does it begin so: with `{` or `[`, with `---`, or with a line `key: …`? */
bool document_begins(const char *text, size_t length);

/*
 * Returns a value the caller frees; NULL with EINVAL in err, which says as what it was read and where (“as YAML: line 3: …”)
 * without quoting the text. Of YAML one document is taken, and one with nothing in it is null; aliases are copied, up to
 * DOCUMENT_VALUES values in all and DOCUMENT_DEPTH deep.
 */
enum { DOCUMENT_VALUES = 20000, DOCUMENT_DEPTH = 100 };
struct json *document_parse(const char *text, size_t length, struct error *err);

#endif
