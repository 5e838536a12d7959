"""From packs and cases to decisions: no network, no database, no clock.

Rooms, each with one idea; a room imports only from the rooms beneath it.

cli         the commands
editor      what editors are told of the files
bulk        many cases
review      what people read and check
assess      how departments did
decide      facts to decision
engines     who decides the conditions
program     rules made ready to run
expr        CEL to a typed tree
facts       a case as a view
documents   official documents: cut, attached, compared
pack        from YAML to the checked pack
time        legal time
text        text with positions, coded faults
"""
