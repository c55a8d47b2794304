"""The content of the demo institution: three files of questions and a passage."""

PASSAGE_TITLE = "Mice on sand and lava"
PASSAGE = """\
In a dry valley, old lava has left fields of black rock between dunes of pale sand. The same kind of pocket \
mouse lives on both. On the sand, nine of ten mice have pale fur; on the lava, nine of ten have dark fur.

Owls hunt the mice at night, by the light of the moon. A dark mouse on sand, or a pale one on rock, is seen \
from far away. A mouse whose fur matches the ground is often missed. The mice do not choose their fur: it \
comes from a small difference in one gene, and young mice inherit it.

Where dark mice live longer they leave more young, and most of these are dark again. After some hundred \
generations nearly all mice on the lava are dark. No single mouse has changed; the group has, by natural \
selection."""
