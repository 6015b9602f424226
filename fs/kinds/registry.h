/*
 * The registry: one line a kind, in an order that stays, for it is that of the numbers in a node. A nested kind comes
 * after the one that it belongs to. No guard: it is included for each of the lists that are made of it.
 */
KIND(account)
KIND(regions)
KIND(sizes)
KIND(images)
KIND(snapshots)
KIND(ssh_keys)
KIND(tags)
KIND(droplets)
KIND(autoscale_pools)
KIND(domains)
KIND(domain_records)
KIND(volumes)
KIND(firewalls)
KIND(load_balancers)
KIND(certificates)
KIND(vpcs)
KIND(projects)
