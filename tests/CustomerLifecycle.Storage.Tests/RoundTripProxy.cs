using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

/// <summary>Stands between a client and a PostgreSQL server and counts how often the client waited: how often it began a request after all before it were answered.</summary>
/// <remarks>A server answers the first of several requests while the others are still on their way: so messages are counted and not what arrives together.</remarks>
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
        var conversation = new Conversation(this);
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
                if (fromClient) conversation.Ask(buffer.AsSpan(0, count));
                else conversation.Answer(buffer.AsSpan(0, count));
                await to.SendAsync(buffer.AsMemory(0, count), _ending.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>What one client has asked and been answered. A request ends with a query or a synchronisation, its answer with "ready for query".</summary>
    private sealed class Conversation(RoundTripProxy proxy)
    {
        private readonly Lock _gate = new();
        private readonly MessageReader _asked = new(startsWithoutLetter: true);
        private readonly MessageReader _answered = new(startsWithoutLetter: false);
        private bool _isAsking;
        private int _unanswered;

        public void Ask(ReadOnlySpan<byte> bytes)
        {
            lock (_gate) _asked.Read(bytes, Begin, End);

            void Begin()
            {
                if (!_isAsking && _unanswered == 0) Interlocked.Increment(ref proxy._roundTrips);
                _isAsking = true;
            }

            void End(char message)
            {
                if (message is not ('Q' or 'S' or MessageReader.Startup)) return;
                _isAsking = false;
                _unanswered++;
            }
        }

        public void Answer(ReadOnlySpan<byte> bytes)
        {
            lock (_gate) _answered.Read(bytes, static () => { }, message => _unanswered -= message == 'Z' ? 1 : 0);
        }
    }

    /// <summary>Finds messages in one direction: a letter, which a client's first has not, then a length of four bytes that counts itself.</summary>
    private sealed class MessageReader(bool startsWithoutLetter)
    {
        public const char Startup = '\0';

        private readonly byte[] _head = new byte[5];
        private int _start = startsWithoutLetter ? 1 : 0;
        private int _headCount = startsWithoutLetter ? 1 : 0;
        private int _left;

        public void Read(ReadOnlySpan<byte> bytes, Action begin, Action<char> end)
        {
            while (!bytes.IsEmpty)
            {
                if (_left == 0)
                {
                    if (_headCount == _start) begin();
                    _head[_headCount++] = bytes[0];
                    bytes = bytes[1..];
                    if (_headCount < _head.Length) continue;
                    _start = _headCount = 0;
                    _left = BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(1)) - 4;
                }

                var taken = Math.Min(_left, bytes.Length);
                bytes = bytes[taken..];
                _left -= taken;
                if (_left == 0) end((char)_head[0]);
            }
        }
    }
}
