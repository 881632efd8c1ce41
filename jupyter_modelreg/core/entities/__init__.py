"""What the registry holds, as plain immutable records, one module for each kind.

Times are UTC epoch milliseconds. `created_by` and `updated_by` are actors; `owner` is the principal who owns
the securable (Unity Catalog: the creator becomes the owner).
"""
