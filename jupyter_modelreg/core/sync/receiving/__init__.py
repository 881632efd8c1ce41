"""What a registry does with what another one offers: models, versions, then what is merged."""
