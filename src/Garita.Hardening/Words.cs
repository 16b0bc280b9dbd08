namespace Garita.Hardening;

/// <summary>How outcomes, measures and roles are written for people.</summary>
public static class Words
{
    /// <summary>Roles by the names that the command line takes.</summary>
    public static IReadOnlyList<(Roles Role, string Name)> RoleNames { get; } =
    [
        (Roles.Gateway, "gateway"), (Roles.Postfix, "postfix"), (Roles.Exim, "exim"), (Roles.Sendmail, "sendmail"), (Roles.Dovecot, "dovecot"), (Roles.OpenSmtpd, "opensmtpd"),
    ];

    /// <summary>An outcome.</summary>
    /// <param name="outcome">Which.</param>
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Pass => "pass",
        Outcome.Fail => "fail",
        Outcome.Warning => "warning",
        Outcome.NotApplicable => "not applicable",
        _ => "unknown",
    };

    /// <summary>A measure.</summary>
    /// <param name="measure">Which.</param>
    public static string Of(Measure measure) => measure switch
    {
        Measure.Physical => "Physical access",
        Measure.Updates => "Updates",
        Measure.Logging => "Logging of administrators",
        Measure.Software => "Unneeded software",
        Measure.Firewall => "Local firewall",
        Measure.Accounts => "Privileged accounts",
        _ => "Measure",
    };

    /// <summary>The names of roles; empty for none.</summary>
    /// <param name="roles">Which.</param>
    public static IReadOnlyList<string> Of(Roles roles) => [.. RoleNames.Where(known => roles.HasFlag(known.Role)).Select(static known => known.Name)];
}
