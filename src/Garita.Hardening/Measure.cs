namespace Garita.Hardening;

/// <summary>The six measures that harden a mail server's host.</summary>
public enum Measure
{
    /// <summary>Who stands before the machine: boot, ports, disks.</summary>
    Physical = 1,

    /// <summary>Whether known holes are closed.</summary>
    Updates = 2,

    /// <summary>Whether what administrators do is written down.</summary>
    Logging = 3,

    /// <summary>Whether there is more than a mail server needs.</summary>
    Software = 4,

    /// <summary>Whether the host's own packet filter lets only mail in.</summary>
    Firewall = 5,

    /// <summary>Who may become root, and how.</summary>
    Accounts = 6,
}
