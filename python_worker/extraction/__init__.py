"""Features of every unique text of a dataset, in parts that outlive whoever made them."""
