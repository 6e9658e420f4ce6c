"""The sandbox: anybody changes facts and watches the answer. No customer is behind it, and nothing is kept."""
