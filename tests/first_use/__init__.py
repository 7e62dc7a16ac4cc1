"""Everything a person may do first on a machine where nothing was converted yet."""
