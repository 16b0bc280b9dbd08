using System.Globalization;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotFirstUser : DovecotValueCheck
{
    public override string Id => "dovecot-first-user";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Dovecot opens no mailbox as root or a system account";

    public override string Why => "Root's password could be guessed over IMAP, and a mailbox process with user id 0 is the whole host.";

    public override IReadOnlyList<string> References => ["Dovecot first_valid_uid", "NIST SP 800-45 §5.3"];

    public override string Expected => "first_valid_uid at least 100";

    protected override string Setting => "first_valid_uid";

    protected override string Wanted => "500";

    protected override string WhatMayBreak => "Mailboxes that belong to a system account below 500 cannot be opened any more; set its id instead.";

    protected override Repairs.Risk Risk => Repairs.Risk.Medium;

    // vmail is a system account on many hosts: 100 and up.
    protected override bool IsGood(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && first >= 100;
}
