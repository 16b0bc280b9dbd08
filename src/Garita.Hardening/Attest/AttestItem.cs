namespace Garita.Hardening.Attest;

/// <summary>Something about the place where a host stands that no program can see, and that a person signs.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Statement">What whoever signs states.</param>
/// <param name="Why">Why it matters for a mail server.</param>
/// <param name="Mend">What to do before one signs.</param>
/// <param name="References">Where it comes from.</param>
public sealed record AttestItem(string Id, string Statement, string Why, string Mend, params IReadOnlyList<string> References)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<AttestItem> All { get; } =
    [
        new("firmware-password", "The firmware (BIOS, UEFI) asks for a password before its settings are shown",
            "Whoever changes the boot order boots a system of their own and reads all mail and keys.",
            "Set a supervisor password in the firmware, and keep it where two people find it", "NIST SP 800-45 §5", "CIS 1.4"),
        new("boot-order", "The host boots from its own disk alone: USB, optical and network boot are off",
            "A stick in a socket would be enough to walk around every permission of the disk.",
            "Leave only the system disk in the firmware's boot order, and turn Secure Boot on", "NIST SP 800-45 §5"),
        new("locked-room", "The host stands in a locked rack or room, and a list says who has been in there",
            "A disk that is carried away holds the mail of everybody.",
            "Lock the rack, hand out keys by name, keep the list; for a rented machine ask the data centre for its report (ISO 27001, SOC 2)", "NIST SP 800-53 PE-2", "NIST SP 800-53 PE-3"),
        new("console-network", "Console, management controller (iLO, iDRAC, IPMI) or hypervisor are reached from the administrators' network alone, with passwords of their own",
            "The management controller is a second computer with a keyboard on this one, and its holes are rarely closed.",
            "Put it on a network of its own, change the maker's password, update its firmware, turn IPMI over LAN off", "NIST SP 800-53 AC-17", "NIST SP 800-193"),
        new("disk-disposal", "Disks that held mail, queues, quarantine or keys are erased or destroyed before they leave the house, and it is written down which",
            "A disk sent back for repair takes years of mail with it.",
            "Encrypt the disks, agree with the maker that broken ones stay, shred what cannot be erased", "NIST SP 800-88", "NIST SP 800-45 §9"),
        new("backups-tested", "A backup was restored on another machine, and mail could be read there",
            "A backup that nobody has ever read is a hope; ransomware asks after it first.",
            "Restore the newest backup on a machine apart from the network, and note how long it took", "NIST SP 800-45 §9.3", "NIST SP 800-53 CP-4"),
        new("backups-apart", "Backups lie elsewhere, encrypted, where this host's administrators alone cannot delete them",
            "A fire, a thief or an intruder with root takes the backups that are within reach along with the mail.",
            "Keep one copy off the site and one that is written only once", "NIST SP 800-45 §9.3", "NIST SP 800-53 CP-6"),
        new("ports-guarded", "Unused network sockets in the room are off, and nobody plugs in a device unasked",
            "Between gateway and mail server the mail may pass in clear: a box in between reads it.",
            "Turn unused switch ports off, and put gateway and mail server on a network of their own", "NIST SP 800-53 PE-4"),
    ];

    /// <summary>By its name, with or without <c>attest-</c> before it; null when there is no such item.</summary>
    /// <param name="id">The name.</param>
    public static AttestItem? Find(string id) =>
        All.FirstOrDefault(item => string.Equals(item.Id, id, StringComparison.Ordinal) || string.Equals(AttestCheck.Prefix + item.Id, id, StringComparison.Ordinal));
}
