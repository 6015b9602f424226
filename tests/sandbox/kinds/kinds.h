#ifndef SANDBOX_KINDS_H
#define SANDBOX_KINDS_H

/* Every kind, those before that others name. Its tables are in the file of its name, or of its owner's. */
#define KINDS(KIND)                                    \
	KIND(REGION, region)                           \
	KIND(SIZE, size)                               \
	KIND(IMAGE, image)                             \
	KIND(KEY, key)                                 \
	KIND(TAG, tag)                                 \
	KIND(PROJECT, project)                         \
	KIND(ASSIGNMENT, assignment)                   \
	KIND(VPC, vpc)                                 \
	KIND(VPC_PEERING, vpc_peering)                 \
	KIND(DROPLET, droplet)                         \
	KIND(DESTRUCTION, destruction)                 \
	KIND(POOL, pool)                               \
	KIND(POOL_EVENT, pool_event)                   \
	KIND(SNAPSHOT, snapshot)                       \
	KIND(VOLUME, volume)                           \
	KIND(NAT_GATEWAY, nat_gateway)                 \
	KIND(DOMAIN, domain)                           \
	KIND(RECORD, record)                           \
	KIND(CERTIFICATE, certificate)                 \
	KIND(LOAD_BALANCER, load_balancer)             \
	KIND(FIREWALL, firewall)                       \
	KIND(RESERVED_IP, reserved_ip)                 \
	KIND(RESERVED_IPV6, reserved_ipv6)             \
	KIND(CDN, cdn)                                 \
	KIND(DATABASE, database)                       \
	KIND(DATABASE_USER, database_user)             \
	KIND(DATABASE_DB, database_db)                 \
	KIND(DATABASE_POOL, database_pool)             \
	KIND(DATABASE_REPLICA, database_replica)       \
	KIND(DATABASE_MIGRATION, database_migration)   \
	KIND(DATABASE_TOPIC, database_topic)           \
	KIND(DATABASE_SINK, database_sink)             \
	KIND(DATABASE_SCHEMA, database_schema)         \
	KIND(DATABASE_INDEX, database_index)           \
	KIND(KUBERNETES_CLUSTER, kubernetes_cluster)   \
	KIND(NODE_POOL, node_pool)                     \
	KIND(REGISTRY, registry)                       \
	KIND(REPOSITORY, repository)                   \
	KIND(REPOSITORY_MANIFEST, repository_manifest) \
	KIND(REPOSITORY_TAG, repository_tag)           \
	KIND(GARBAGE_COLLECTION, garbage_collection)   \
	KIND(APP, app)                                 \
	KIND(DEPLOYMENT, deployment)                   \
	KIND(JOB_INVOCATION, job_invocation)           \
	KIND(APP_EVENT, app_event)                     \
	KIND(APP_ALERT, app_alert)                     \
	KIND(NFS, nfs)                                 \
	KIND(NFS_SNAPSHOT, nfs_snapshot)               \
	KIND(NFS_ACCESS_POINT, nfs_access_point)       \
	KIND(FUNCTION_NAMESPACE, function_namespace)   \
	KIND(FUNCTION_TRIGGER, function_trigger)       \
	KIND(FUNCTION_KEY, function_key)               \
	KIND(UPTIME_CHECK, uptime_check)               \
	KIND(UPTIME_ALERT, uptime_alert)               \
	KIND(ALERT, alert)                             \
	KIND(SPACES_KEY, spaces_key)                   \
	KIND(ACTION, action)                           \
	KIND(ACCOUNT, account)                         \
	KIND(CONTROL, control)

#define KIND_NUMBER(upper, lower) KIND_##upper,
enum kind_name { KIND_NONE, KINDS(KIND_NUMBER) KIND_COUNT };
#undef KIND_NUMBER

struct kind;
#define KIND_TABLE(upper, lower) const struct kind *kind_##lower(void);
KINDS(KIND_TABLE)
#undef KIND_TABLE

/* DEFINE_KIND(volume) = { … }; */
#define DEFINE_KIND(lower)                      \
	static const struct kind lower##_table; \
	const struct kind *kind_##lower(void)   \
	{                                       \
		return &lower##_table;          \
	}                                       \
	static const struct kind lower##_table

#endif
