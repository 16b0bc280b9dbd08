namespace Garita.Wall.Rulesets;

/// <summary>
/// The rules of the flood mode: SYNs to the mail ports are kept from connection tracking and answered with cookies by synproxy, so that
/// forged ones leave nothing behind. The ports are those of a set that the ruleset declares.
/// </summary>
public static class FloodRules
{
    /// <summary>The rule of <see cref="KernelNames.FloodRaw"/>.</summary>
    public const string Raw = $"tcp dport @{KernelNames.MailPorts} tcp flags & (fin|syn|rst|ack) == syn notrack";

    /// <summary>The rule of <see cref="KernelNames.FloodIn"/>.</summary>
    public static string In { get; } = Into(hasCounter: true);

    /// <summary>Turns it off.</summary>
    public const string Off = $"""
        flush chain inet {KernelNames.Table} {KernelNames.FloodRaw}
        flush chain inet {KernelNames.Table} {KernelNames.FloodIn}

        """;

    /// <summary>Turns it on; once more makes no difference.</summary>
    /// <param name="hasCounter">Whether the table has <see cref="KernelNames.FloodCounter"/>; where it is missing the rule counts by itself.</param>
    public static string On(bool hasCounter = true) => $"""
        {Off}add rule inet {KernelNames.Table} {KernelNames.FloodRaw} {Raw}
        add rule inet {KernelNames.Table} {KernelNames.FloodIn} {Into(hasCounter)}

        """;

    private static string Into(bool hasCounter) =>
        $"tcp dport @{KernelNames.MailPorts} ct state invalid,untracked counter{(hasCounter ? " name " + KernelNames.FloodCounter : "")} synproxy mss 1460 wscale 7 timestamp sack-perm";
}
