"""All that speaks to a running Label Studio: ours on this machine, or one that runs elsewhere."""
