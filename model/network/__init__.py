"""What carries traffic: kube-proxy rules, addresses, and who can reach whom."""
