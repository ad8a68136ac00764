using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

/// <summary>Stands between a client and a PostgreSQL server and counts how often the client waited: how often it sent again after the server had spoken.</summary>
internal sealed class RoundTripProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private int _roundTrips;

    public RoundTripProxy(string connectionString)
    {
        _server = new(connectionString);
        _listener.Start();
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable };
        ConnectionString = settings.ConnectionString;
        _accepting = AcceptAsync();
    }

    public string ConnectionString { get; }

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true) relays.Add(RelayAsync(await _listener.AcceptSocketAsync(_ending.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var near = client;
        var endPoint = _server.Host![0] == '/' ? (EndPoint)new UnixDomainSocketEndPoint($"{_server.Host}/.s.PGSQL.{_server.Port}") : new DnsEndPoint(_server.Host, _server.Port);
        using var far = new Socket(endPoint is UnixDomainSocketEndPoint ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        await far.ConnectAsync(endPoint, _ending.Token);
        var hasAnswered = true;
        try
        {
            await Task.WhenAll(CopyAsync(near, far, fromClient: true), CopyAsync(far, near, fromClient: false));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // Whichever side is gone: the other is closed with this method.
        }

        async Task CopyAsync(Socket from, Socket to, bool fromClient)
        {
            var buffer = new byte[65_536];
            while (await from.ReceiveAsync(buffer, _ending.Token) is > 0 and var count)
            {
                if (fromClient && hasAnswered) Interlocked.Increment(ref _roundTrips);
                hasAnswered = !fromClient;
                await to.SendAsync(buffer.AsMemory(0, count), _ending.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
    }
}
