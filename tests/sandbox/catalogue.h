#ifndef SANDBOX_CATALOGUE_H
#define SANDBOX_CATALOGUE_H

struct sandbox;

/* Puts DigitalOcean's regions, sizes and public images (data/) into the store. */
void catalogue_load(struct sandbox *sandbox);

#endif
