#ifndef DOCLOUD_KINDS_DATABASE_H
#define DOCLOUD_KINDS_DATABASE_H

/* For the tables of databases, pools and replicas: the fields of a way to reach one, of which some hold the password. */
#define DATABASE_CONNECTION(name)                                               \
	{name "/uri", "for a client, with the password in it", .secret = true}, \
	{                                                                       \
		name "/password", "of its user", .secret = true                 \
	}

#endif
