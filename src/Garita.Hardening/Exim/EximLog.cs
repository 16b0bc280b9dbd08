using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximLog : EximCheck
{
    private static readonly string[] Wanted = ["smtp_protocol_error", "smtp_syntax_error"];

    public override string Id => "exim-log";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Exim writes down who breaks the protocol";

    public override string Why => "Attacks begin with commands that no mail server sends; by default they leave no line.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.1"];

    public override string Expected => "log_selector with +smtp_protocol_error and +smtp_syntax_error, or +all";

    protected override string Line => "log_selector = +smtp_protocol_error +smtp_syntax_error +tls_peerdn";

    protected override Finding Look(View host, EximSettings exim)
    {
        var selector = exim.Value("log_selector");
        var on = new HashSet<string>(StringComparer.Ordinal);
        // In order: each + adds, each - takes away.
        foreach (var word in Text.Words(selector))
        {
            var name = word[1..];
            if (word[0] == '+')
                on.UnionWith(name is "all" ? Wanted : [name]);
            else if (word[0] == '-' && name is "all")
                on.Clear();
            else
                on.Remove(name);
        }
        return Wanted.All(on.Contains) ? Finding.Pass($"log_selector = {selector}") : Finding.Fail($"log_selector = {selector}");
    }
}
