using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

/// <summary>One setting that must be right for each service that speaks SMTP: what <c>-o</c> in master.cf says counts more than main.cf.</summary>
internal abstract class PostfixValueCheck : PostfixCheck
{
    /// <summary>The setting.</summary>
    protected abstract string Setting { get; }

    /// <summary>The value that the repair sets.</summary>
    protected abstract string Wanted { get; }

    /// <summary>How much the repair may break.</summary>
    protected virtual Risk Risk => Risk.Low;

    /// <summary>What the repair may break.</summary>
    protected abstract string WhatMayBreak { get; }

    public override string Expected => $"{Setting} = {Wanted}";

    public override string Mend => $"postconf -e '{Setting}={Wanted}' && postfix reload; and no other value with -o in master.cf";

    /// <summary>Whether a value will do.</summary>
    protected virtual bool IsGood(string value) => string.Equals(value, Wanted, StringComparison.OrdinalIgnoreCase);

    /// <summary>Which services it is about.</summary>
    protected virtual bool Concerns(PostfixSettings postfix, PostfixService service) => true;

    /// <summary>Why it is about none.</summary>
    protected virtual string WhyNone => "no SMTP service that this is about";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var concerned = Concerned(postfix);
        if (concerned.Length == 0)
            return Finding.NotApplicable(WhyNone);
        if (concerned.Any(service => postfix.Value(Setting, service) is null))
            return Finding.Fail($"this Postfix is too old to know {Setting}: update it");
        var all = string.Join(", ", concerned.GroupBy(service => postfix.Known(Setting, service), StringComparer.Ordinal)
            .Select(group => $"{Setting} = {group.Key} ({string.Join(", ", group)})"));
        return concerned.All(service => IsGood(postfix.Known(Setting, service))) ? Finding.Pass(all) : Finding.Fail(all);
    }

    protected override Repair? Repair(View host, PostfixSettings postfix)
    {
        var wrong = Concerned(postfix).Where(service => postfix.Value(Setting, service) is { } value && !IsGood(value)).ToArray();
        if (wrong.Length == 0)
            return null;
        var changes = new List<Change>();
        if (wrong.Any(service => !service.Overrides.ContainsKey(Setting)))
            changes.Add(Edit($"{Setting}={Wanted}"));
        foreach (var service in wrong.Where(service => service.Overrides.ContainsKey(Setting)))
            changes.Add(new RunTool("postconf", "-P", $"{service}/{Setting}={Wanted}") { Files = [PostfixSettings.MasterFile] });
        changes.Add(Reload);
        return new Repair(Risk, WhatMayBreak, changes);
    }

    private PostfixService[] Concerned(PostfixSettings postfix) => [.. postfix.Servers.Where(service => Concerns(postfix, service))];
}
