"""Rules as pure functions: what may be called how, what a model must have, who may do what. They ask no database."""
