"""One search over everything: customers, requests and permits by their numbers, rules, pages."""
