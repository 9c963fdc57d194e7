"""The English that names are made of, as far as rules need it."""

from __future__ import annotations

# Imperatives that begin operation names. A word missing here is only ever a finding not made.
_VERBS_TEXT = """
abort accept access acknowledge acquire activate add adjust advance allocate allow amend analyze append apply
approve archive ask assign attach audit authenticate authorize await backfill batch begin bind block book
broadcast browse build bulk calculate call cancel capture change charge check checkout claim classify clean
clear clone close collect commit compare complete compute confirm connect consume convert copy correct count
create credit deactivate debit decline decode decrypt defer delete deliver deny deploy describe detach detect
disable discard disconnect dispatch dispute download drain drop edit emit enable encode encrypt end enqueue enrol
enroll ensure enter estimate evaluate exchange execute expand expire explain export extend extract fail fetch
fill filter finalize find finish flag flush follow forward freeze fulfil fulfill generate get give grant handle
hide hold identify ignore import include increment index ingest init initiate insert inspect install invalidate
invite invoke issue join keep kill launch leave link list listen load locate lock log login logout look make
mark match measure merge migrate modify monitor move mute notify observe offer open order overwrite pack park
parse patch pause pay peek perform pick ping place plan poll post predict prepare preview print process
propose provision publish pull purchase purge push put query queue quote read rebuild recalculate receive
recommend reconcile record recover redeem refresh refund register reject release reload remove rename render
renew reopen reorder replace replay reply report request reschedule reserve reset resend resize resolve
restart restore resume retire retrieve retry return revert review revoke rollback rotate route run save scale
scan schedule score search select send set settle share ship show shutdown sign simulate skip snooze sort
split start stop store stream submit subscribe suggest suspend swap switch sync synchronize tag take terminate
test toggle touch track transfer transform translate trigger try unassign unblock undelete undo unfollow unlink
unlock unpark unregister unsubscribe update upgrade upload upsert use validate verify view void vote wait
watch withdraw write
"""
VERBS = frozenset(_VERBS_TEXT.split())

# Verbs that are hardly ever a noun: their place in a path or at the end of a name says that it is an action.
_PLAIN_VERBS_TEXT = """
add create delete fetch find get insert list modify put remove retrieve update upsert
"""
PLAIN_VERBS = frozenset(_PLAIN_VERBS_TEXT.split())

# Participles that do not end in `ed`.
_PARTICIPLES_TEXT = """
begun bought broken brought built caught chosen cut dealt done drawn driven fallen fed forgotten found frozen
given gone grown held hidden hit kept known laid left lent let lost made met paid put quit read reset rewritten
risen run seen sent set shown shut sold sought spent split spread stolen struck sunk sworn taken taught thrown
told undone withdrawn won written
"""
PARTICIPLES = frozenset(_PARTICIPLES_TEXT.split())
