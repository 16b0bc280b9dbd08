using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximMessageSize : EximCheck
{
    public override string Id => "exim-message-size";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Exim bounds the size of a message, and leaves room on its disk";

    public override string Why => "One message without a bound fills the disk, and on a full disk neither mail nor log is written.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "RFC 1870"];

    public override string Expected => "message_size_limit above 0 and at most 1G; check_spool_space above 0";

    protected override string Line => "message_size_limit = 50M";

    protected override Finding Look(View host, EximSettings exim)
    {
        var (size, space) = (exim.Number("message_size_limit"), exim.Number("check_spool_space"));
        var found = string.Create(CultureInfo.InvariantCulture, $"message_size_limit = {size}, check_spool_space = {space}");
        return size is > 0 and <= 1 << 30 && space > 0 ? Finding.Pass(found) : Finding.Fail(found);
    }
}
