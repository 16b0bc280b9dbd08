using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixQueueSpace : PostfixCheck
{
    public override string Id => "postfix-queue-space";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix stops taking mail before its disk is full";

    public override string Why => "Large messages are the simplest way to fill a disk, and on a full disk neither mail nor log is written.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "postconf(5) queue_minfree"];

    public override string Expected => "message_size_limit above 0, queue_minfree at least one and a half times of it";

    public override string Mend => "postconf -e 'queue_minfree=' with one and a half times message_size_limit, then postfix reload";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var (size, free) = (Number(postfix, "message_size_limit"), Number(postfix, "queue_minfree"));
        var found = string.Create(CultureInfo.InvariantCulture, $"message_size_limit = {size}, queue_minfree = {free}");
        return size > 0 && free >= Needed(size) ? Finding.Pass(found) : Finding.Fail(found);
    }

    protected override Repair? Repair(View host, PostfixSettings postfix)
    {
        var size = Number(postfix, "message_size_limit");
        var limit = size > 0 ? size : 52_428_800;
        var settings = new List<string> { string.Create(CultureInfo.InvariantCulture, $"queue_minfree={Math.Max(Needed(limit), Number(postfix, "queue_minfree"))}") };
        if (size == 0)
            settings.Add(string.Create(CultureInfo.InvariantCulture, $"message_size_limit={limit}"));
        return Set(size == 0 ? Risk.Medium : Risk.Low, size == 0 ? "Messages over 50 MiB are refused." : "On a disk that is nearly full mail is put off.", [.. settings]);
    }

    private static long Needed(long size) => size + (size / 2);

    private static long Number(PostfixSettings postfix, string name) =>
        long.TryParse(postfix.Known(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new CannotLookException($"{name} = {postfix.Known(name)} is no number");
}
