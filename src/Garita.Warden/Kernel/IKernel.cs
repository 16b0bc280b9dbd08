using Garita.Warden.Bans;

namespace Garita.Warden.Kernel;

/// <summary>The kernel's packet filter, as far as the warden may touch it: elements of four sets, and rules of two chains.</summary>
internal interface IKernel
{
    /// <summary>Whether libnftables is used.</summary>
    bool UsesLibrary { get; }

    /// <summary>Looks at the table.</summary>
    TableState Look();

    /// <summary>Whether somebody else changed the packet filter since this was asked last; null when that cannot be told.</summary>
    bool? WasTouched();

    /// <summary>Reads all elements of the sets.</summary>
    /// <param name="take">Takes an element.</param>
    /// <returns>Whether they were all; false when they changed meanwhile or could not be read.</returns>
    bool ReadElements(Action<Prefix> take);

    /// <summary>Changes elements.</summary>
    /// <param name="changes">The changes, each element once or more, the last one counting.</param>
    /// <param name="now">The clock's time stamp.</param>
    /// <returns>What is wrong; null for nothing. Then some of it may have been done.</returns>
    string? Change(IReadOnlyCollection<ElementChange> changes, long now);

    /// <summary>Makes the sets hold these elements and no others.</summary>
    string? Load(IEnumerable<ElementChange> elements, long now);

    /// <summary>Fills the flood chains, or empties them.</summary>
    string? Flood(bool on, TableState table);
}
