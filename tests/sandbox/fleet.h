#ifndef SANDBOX_FLEET_H
#define SANDBOX_FLEET_H

struct sandbox;

/*
 * What a new account holds: a few SSH keys and tags, and as many droplets as --droplets asks for, spread
 * over regions, sizes and images in a way that follows from --seed alone.
 */
void fleet_load(struct sandbox *sandbox);

#endif
